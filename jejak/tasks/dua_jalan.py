"""Latihan 12: gradien dengan tangan, bila setiap masukan sampai ke hasil lewat dua jalan."""

from collections.abc import Callable, Iterator, Mapping

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.engine import without_autograd

NAMES = ("z", "ga", "gb")
ROOM = {torch.float64: 1e-12, torch.float32: 2e-6}
ONE_EACH = "Satu unsur satu sawah: hasilnya sebentuk dengan masukannya, dan tidak ada yang dijumlahkan."
NEAR = 1e-3  # so close comes a difference quotient, not another formula
SHAPES = ((), (1,), (4,), (1, 3), (3, 4), (2, 1, 5))  # none is empty: vmap takes no empty input

Value = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
# The gradient with respect to x, of two sides x and y and a fence K that holds x k times.
Gradient = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], torch.Tensor]


def value_of(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return a * b / (2 * a + b)


def right(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Kedua jalan sekaligus, disederhanakan supaya tidak ada selisih bilangan yang berdekatan."""
    fence = 2 * a + b
    return value_of(a, b), (b / fence) ** 2, 2 * (a / fence) ** 2


VALUE_SLIPS: Mapping[str, Value] = {
    "Sisi di tepi sungai tidak dipagari: K = 2 · a + b.": lambda a, b: a * b / (2 * a + 2 * b),
    "K berisi dua sisi sepanjang a dan satu sisi sepanjang b: K = 2 · a + b.": lambda a, b: a * b / (a + 2 * b),
    "Beri kurung pada pembaginya: `a * b / (2 * a + b)`.": lambda a, b: a * b / 2 * a + b,
    "Terbalik: z adalah L / K.": lambda a, b: (2 * a + b) / (a * b),
    "Itu dz/da. Urutannya `z`, `ga`, `gb`.": lambda a, b: right(a, b)[1],
    "Itu dz/db. Urutannya `z`, `ga`, `gb`.": lambda a, b: right(a, b)[2],
}
SLIPS: Mapping[str, Gradient] = {  # {x}, {y} and {k} are filled in
    "Baru satu jalan, lewat L. {x} juga mengubah K: tambahkan dz/dK · dK/d{x}, yang negatif.": lambda x, y, K, k: y / K,
    "Baru satu jalan, lewat K. {x} juga mengubah L: tambahkan dz/dL · dL/d{x}.": lambda x, y, K, k: -k * x * y / K**2,
    "Tanda jalan lewat K terbalik: dz/dK = −L / K², sebab pagar yang lebih panjang memperkecil z.":
        lambda x, y, K, k: y / K + k * x * y / K**2,
    "Di jalan lewat K turunan lokalnya keliru: dK/d{x} = {k}.": lambda x, y, K, k: y / K - (3 - k) * x * y / K**2,
    "Di jalan lewat K pembaginya K, seharusnya K²: dz/dK = −L / K².": lambda x, y, K, k: y / K - k * x * y / K,
    "Di jalan lewat K turunan lokal dK/d{x} masih memuat {x}; seharusnya {k} saja.":
        lambda x, y, K, k: y / K - k * x**2 * y / K**2,
    "Seluruhnya dibagi K, seharusnya K².": lambda x, y, K, k: y - k * x * y / K,
    "Jalan lewat K kehilangan faktor L: dz/dK = −L / K².": lambda x, y, K, k: y / K - k / K**2,
    "Jalan lewat L kehilangan turunan lokal dL/d{x} = {y}.": lambda x, y, K, k: 1 / K - k * x * y / K**2,
    "Di jalan lewat L tertulis dL/d{x} = {x}, seharusnya {y}: turunan a · b terhadap satu faktor adalah faktor yang lain.":
        lambda x, y, K, k: x / K - k * x * y / K**2,
    "Kedua jalan dikalikan. Jalan yang bertemu dijumlahkan.": lambda x, y, K, k: -k * x * y**2 / K**3,
    "Itu dL/d{x} dibagi dK/d{x}. Turunan sebuah hasil bagi bukan hasil bagi turunannya.": lambda x, y, K, k: y / k,
    "Itu nilai z, bukan gradiennya.": lambda x, y, K, k: x * y / K,
    "Itu gradien terhadap {y}: urutan `ga` dan `gb` tertukar.": lambda x, y, K, k: k * (x / K) ** 2,
}  # fmt: skip


def _sides(seed: int, *shape: int, dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, torch.Tensor]:
    """Widths and lengths between 0.5 and a dozen."""
    a, b = normal(seed, *shape, scale=3), normal(seed + 1, *shape, scale=4)
    return (a.abs() + 0.5).to(dtype), (b.abs() + 0.5).to(dtype)


def _fields(dtype: torch.dtype) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
    """First the fields that the learner has on the screen, then others."""
    yield "Di sawah Pak Karta", torch.tensor([2.0, 4.0, 5.0], dtype=dtype), torch.tensor([6.0, 4.0, 20.0], dtype=dtype)
    for seed in SEEDS:
        yield "Di sawah lain", *_sides(seed, 5, dtype=dtype)


def _results(trial: Trial, a: torch.Tensor, b: torch.Tensor) -> list[torch.Tensor]:
    got = trial.call("value_and_gradient", a, b)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        one = "satu tensor" if isinstance(got, torch.Tensor) else type(got).__name__
        kind = f"{len(got)} hasil" if isinstance(got, (tuple, list)) else one
        told = f"`value_and_gradient` seharusnya mengembalikan tiga tensor, `z, ga, gb`; yang datang {kind}."
        raise Wrong(told, check="three_results")
    for name, part in zip(NAMES, got, strict=True):
        if not isinstance(part, torch.Tensor):
            raise Wrong(f"`{name}` seharusnya tensor, bukan {type(part).__name__}.", check="three_results")
    return list(got)


def _differ(name: str, got: torch.Tensor, want: torch.Tensor) -> str | None:
    """A gradient, 1 at most, is the difference of two paths of that size, and is rounded like them."""
    return differ(name, got, want, ROOM[want.dtype], scale=None if name == "z" else 1.0)


def three_results(trial: Trial) -> None:
    _results(trial, *_sides(SEEDS[0], 4))


def no_autograd(trial: Trial) -> None:
    a, b = _sides(SEEDS[0], 4)
    with without_autograd():
        _results(trial, a, b)
        _results(trial, a.clone().requires_grad_(), b.clone().requires_grad_())


def value(trial: Trial) -> None:
    for dtype in TYPES:
        for where, a, b in _fields(dtype):
            z = _results(trial, a, b)[0]
            if told := _differ("z", z, value_of(a, b)):
                slips = (advice for advice, formula in VALUE_SLIPS.items() if _differ("z", z, formula(a, b)) is None)
                why = ONE_EACH if z.shape != a.shape else next(slips, "")
                raise Wrong(f"{where} nilainya belum tepat. {told} {why}".strip())


def gradients(trial: Trial) -> None:
    for dtype in TYPES:
        for where, a, b in _fields(dtype):
            results = _results(trial, a, b)
            for at, x, y, k in ((1, a, b, 2), (2, b, a, 1)):
                if told := _differ(NAMES[at], results[at], right(a, b)[at]):
                    advice = _advice(results[at], right(a, b)[at], x, y, k).format(x="ab"[at - 1], y="ba"[at - 1], k=k)
                    raise Wrong(f"{where} nilai z tepat, tetapi `{NAMES[at]}` belum. {told} {advice}")


def _advice(got: torch.Tensor, want: torch.Tensor, x: torch.Tensor, y: torch.Tensor, k: int) -> str:
    if got.shape != want.shape:
        return ONE_EACH
    fence = k * x + (3 - k) * y
    for advice, formula in SLIPS.items():
        if _differ("", got, formula(x, y, fence, k)) is None:
            return advice
    if bool(((got - want).abs() < NEAR).all()):
        return "Sedekat ini, tetapi tidak tepat: itu selisih hingga atau angka yang dibulatkan. Hitunglah dari turunan lokal."
    return "Jumlahkan dua jalan: dz/dL · dL/d{x} dan dz/dK · dK/d{x}. Periksa keempat turunan lokalnya."


def edges(trial: Trial) -> None:
    """Lebar atau panjang nol, sisi yang jauh berbeda, sawah raksasa di antara yang kecil."""
    cases = {
        "sawah yang lebarnya 0": ([3.0, 0.0, 2.0], [4.0, 5.0, 7.0]),
        "sawah yang panjangnya 0": ([3.0, 6.0, 2.0], [4.0, 0.0, 7.0]),
        "sawah 0.001 × 1000": ([0.001, 1000.0], [1000.0, 0.001]),
        "sawah 100.000 × 300.000": ([1e5, 2.0], [3e5, 3.0]),
    }
    for dtype in TYPES:
        for what, sides in cases.items():
            a, b = (torch.tensor(side, dtype=dtype) for side in sides)
            for name, got, want in zip(NAMES, _results(trial, a, b), right(a, b), strict=True):
                if told := _differ(name, got, want):
                    why = "Membagi dengan a, b, atau L memberi 0/0 di sini; bagilah hanya dengan K."
                    bad = got.shape == want.shape and not got.isfinite().all()
                    raise Wrong(f"Untuk {what} hasilnya keliru. {told} {why if bad else ''}".strip())


def layouts(trial: Trial) -> None:
    for dtype in TYPES:
        for shape in SHAPES:
            a, b = _sides(SEEDS[1], *shape, dtype=dtype)
            kinds = {"": (a, b), " yang tidak bersambung di memori": (strided(a), strided(b))}
            if a.ndim and a.numel():
                kinds[" hasil `expand`"] = (a[:1].expand(3, *shape[1:]), b[:1].expand(3, *shape[1:]))
            for kind, (x, y) in kinds.items():
                for name, got, want in zip(NAMES, _results(trial, x, y), right(x, y), strict=True):
                    if told := _differ(name, got, want):
                        raise Wrong(
                            f"Untuk masukan berbentuk {tuple(x.shape)}{kind} hasilnya keliru. {told} "
                            "Hitung unsur demi unsur dengan operasi tensor; bentuk apa pun lalu sama saja."
                        )


CHECKS = (three_results, no_autograd, value, gradients, edges, layouts)
