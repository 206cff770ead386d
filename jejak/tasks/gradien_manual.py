"""Latihan 01: gradien fungsi majemuk dari rumus, dan pemeriksanya."""

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from jejak.data import SEEDS, TYPES, strided
from jejak.difference import differ
from jejak.tasks.fungsi_majemuk import NAMES, SHAPES, SIZES, SLIPS, Inputs, draw_inputs, gradient
from jejak.tasks.verifikasi_gradien import (
    verify_accepts,
    verify_at_zero,
    verify_counts,
    verify_rejects,
    verify_uses_autograd,
)
from jejak.trial import Trial, needs
from jejak.verdict import Wrong
from jejak.watch.engine import ADVICE, without_autograd
from jejak.watch.snapshot import same

ROOM = {torch.float64: 1e-10, torch.float32: 1e-4}
SATURATED = 3e-8  # at b = 9 a formula errs by 3e-9 of the largest value, the best difference quotient by 1e-7
FRESH = "Hitung dari x, W, b di setiap panggilan, dan jangan simpan apa pun di luar fungsi."
OTHER_SIZE = (
    "Untuk ukuran yang lain sudah tepat. Cari bagian yang hanya berlaku untuk n, d, atau k tertentu, misalnya `squeeze`, "
    "`if`, atau transpos yang hilang."
)
EDGE = "Di titik lain rumusnya sudah tepat. Cari eps, `clamp`, atau cabang `if` yang mengubah nilai di titik ini."
LAYOUT = "Angkanya sama, hanya letaknya di memori lain. Pakai indeks, `reshape`, dan operasi tensor biasa."
NEARLY = 0.02  # no slip of a formula is this small a part of the largest value


def _gradients(trial: Trial, inputs: Inputs) -> list[torch.Tensor]:
    with without_autograd():
        got = trial.call("manual_gradient", *inputs)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        kind = f"{len(got)} hasil" if isinstance(got, (tuple, list)) else f"satu {type(got).__name__}"
        raise Wrong(
            f"`manual_gradient` seharusnya mengembalikan tiga tensor, `gx, gW, gb`. Jawaban Anda mengembalikan {kind}.",
            check="three_results",
        )
    for name, part in zip(NAMES, got, strict=True):
        if not isinstance(part, torch.Tensor):
            raise Wrong(
                f"`{name}` seharusnya tensor, bukan {type(part).__name__}. Untuk larik NumPy ada `torch.from_numpy`.",
                check="three_results",
            )
    return list(got)


@needs("manual_gradient")
def three_results(trial: Trial) -> None:
    _gradients(trial, draw_inputs(SEEDS[0], *SIZES[0]))


@needs("manual_gradient")
def shapes(trial: Trial) -> None:
    for size in SIZES:
        inputs = draw_inputs(SEEDS[0], *size)
        gradients = _gradients(trial, inputs)
        got, want = [tuple(part.shape) for part in gradients], [tuple(part.shape) for part in inputs]
        if got == want:
            continue
        at = next(at for at in range(3) if got[at] != want[at])
        advice = SHAPES[NAMES[at]]
        if sorted(got) == sorted(want):
            advice = "Ketiga bentuknya ada, tetapi di tempat lain. Urutan hasilnya `gx, gW, gb`."
        raise Wrong(f"Untuk n, d, k = {size} bentuk `{NAMES[at]}` adalah {got[at]}, seharusnya {want[at]}. {advice}")


class _RealOnly(TorchFunctionMode):
    """Sees the one difference quotient that is exact: the step into the complex plane."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and result.is_complex():
            raise Wrong(
                "Jawaban Anda menghitung f dengan bilangan kompleks. Itu selisih hingga dengan langkah kompleks. "
                "Yang diminta rumus: tulis turunan setiap faktor, lalu kalikan menurut aturan rantai.",
                check="no_autograd",
            )
        return result


@needs("manual_gradient")
def no_autograd(trial: Trial) -> None:
    """Dalam mode inferensi simpul graf yang dipanggil sendiri pun tidak memberi apa-apa."""
    inputs = draw_inputs(SEEDS[0], *SIZES[0])
    with torch.inference_mode(), _RealOnly():
        try:
            _gradients(trial, inputs)
        except (AttributeError, RuntimeError, TypeError) as error:  # it ran before, where graphs are recorded
            raise Wrong(ADVICE.format(how="graf dan simpul `grad_fn`-nya")) from error


@needs("manual_gradient")
def types(trial: Trial) -> None:
    for dtype in TYPES:
        for name, got in zip(NAMES, _gradients(trial, draw_inputs(SEEDS[0], *SIZES[0], dtype)), strict=True):
            if got.dtype != dtype:
                raise Wrong(
                    f"Masukannya {dtype}, tetapi `{name}` bertipe {got.dtype}. Gradien bertipe sama dengan masukannya. Cari "
                    "`.float()`, `.double()`, NumPy, atau tensor baru tanpa `dtype=x.dtype`."
                )


@needs("manual_gradient")
def repeated(trial: Trial) -> None:
    first, other = (draw_inputs(seed, *SIZES[0]) for seed in SEEDS)
    got = _gradients(trial, first)
    kept = [part.detach().clone() for part in got]
    second = _gradients(trial, other)
    for at, name in enumerate(NAMES):
        if same(second[at].detach(), kept[at]) and kept[at].any():
            told = f"Dua masukan yang berlainan mendapat `{name}` yang sama: hasilnya tersimpan, atau tertulis sebagai angka."
        elif not same(got[at].detach(), kept[at]):
            told = f"`{name}` dari panggilan pertama ikut berubah karena panggilan kedua: keduanya tensor yang sama."
        else:
            continue
        raise Wrong(f"{told} {FRESH}")
    for name, again, before in zip(NAMES, _gradients(trial, first), kept, strict=True):
        if told := differ(name, again, before, 1e-6) or "":
            raise Wrong(f"Masukan yang sama, dipanggil sekali lagi, memberi hasil lain. {told} {FRESH}")


@needs("manual_gradient")
def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for size in SIZES:
                rest = "" if size == SIZES[0] else OTHER_SIZE
                _compare(trial, draw_inputs(seed, *size, dtype), f"n, d, k = {size}", rest)


@needs("manual_gradient")
def edges(trial: Trial) -> None:
    """Baris nol, bobot nol, tanh yang jenuh, dan baris yang jauh: rumusnya terhingga di mana pun."""
    x, W, b = draw_inputs(SEEDS[1], 4, 3, 2)
    zero, one = torch.zeros_like, torch.ones_like
    for what, inputs, room in (
        ("x = 0 dan b = 0", (zero(x), W, zero(b)), None),
        ("W = 0 dan b = 0", (x, zero(W), zero(b)), None),
        ("satu baris x berisi 0 semua dan b = 0", (torch.cat([x, zero(x[:1])]), W, zero(b)), None),
        ("b = 9, tempat tanh hampir 1", (x, W, 9 * one(b)), SATURATED),
        ("b = 30, tempat tanh tepat 1", (x, W, 30 * one(b)), None),
        ("satu baris x berisi 40", (torch.cat([x, 40 * one(x[:1])]), W, b), None),
    ):
        _compare(trial, inputs, what, EDGE, room)


@needs("manual_gradient")
def layouts(trial: Trial) -> None:
    x, W, b = draw_inputs(SEEDS[0], *SIZES[0])
    for what, inputs in {
        "masukan yang tidak bersambung di memori": (strided(x), strided(W), strided(b)),
        "baris x hasil `expand`": (x[:1].expand(5, 4), W, b[:1].expand(3)),
    }.items():
        _compare(trial, inputs, what, LAYOUT)


def _compare(trial: Trial, inputs: Inputs, what: str, rest: str, room: float | None = None) -> None:
    """Words for `rest` are given where the formula is right elsewhere, so that no slip of the formula explains it."""
    want = gradient(*inputs)
    got = _gradients(trial, inputs)
    # gW first: it holds the mistakes of the common factor alone, gx and gb may add their own
    for at in (1, 2, 0):
        if told := differ(NAMES[at], got[at], want[at], room or ROOM[want[at].dtype]):
            raise Wrong(f"Untuk {what} gradien `{NAMES[at]}` belum tepat. {told} {_advice(inputs, got[at], want[at], at, rest)}")


def _advice(inputs: Inputs, got: torch.Tensor, want: torch.Tensor, at: int, rest: str) -> str:
    if not got.isfinite().all():
        return (
            "Di titik seperti ini sebuah faktor menjadi 0/0 atau meluap. Semua faktor rumusnya terhingga: bagi dengan 1 + s, "
            "bukan dengan s atau ‖h‖, dan pakai 1 − h² untuk turunan tanh."
        )
    if want.any() and not differ("", got, want, NEARLY):
        return (
            "Hampir tepat, tetapi rumus jauh lebih teliti dari ini. Sebabnya biasanya selisih hingga, tipe yang lebih kasar "
            "(`.float()`), atau eps dan `clamp` yang mengubah nilai."
        )
    return rest or _slip(inputs, got, want, at)


def _slip(inputs: Inputs, got: torch.Tensor, want: torch.Tensor, at: int) -> str:
    """The words for the slip that gives just this result."""
    for advice, slip in SLIPS.items():
        wrong = slip(*inputs)[at]
        if differ("", wrong, want) and not differ("", got, wrong, ROOM[want.dtype]):
            return advice
    return "Periksa faktor demi faktor: 1/(1 + s), 2h, e, 1 − h², dan 1/n."


CHECKS = (
    three_results, shapes, no_autograd, types, repeated, values, edges, layouts,
    verify_accepts, verify_rejects, verify_uses_autograd, verify_at_zero, verify_counts,
)  # fmt: skip
