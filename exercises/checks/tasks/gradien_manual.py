"""Latihan 01: gradien fungsi majemuk dari rumus, dan pemeriksanya."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from exercises.checks.data import SEEDS, TYPES, normal, strided
from exercises.checks.difference import differ
from exercises.checks.tasks.fungsi_majemuk import (
    NAMES,
    SHAPES,
    SLIPS,
    Gradient,
    Inputs,
    gradient,
    wrong_gradients,
)
from exercises.checks.trial import Trial, needs
from exercises.checks.verdict import Wrong
from exercises.checks.watch.engine import Effort, counting_autograd, without_autograd

SIZES = ((5, 4, 3), (1, 4, 3), (3, 1, 2), (6, 2, 1), (1, 1, 1))  # n, d, k
ROOM = {torch.float64: 1e-10, torch.float32: 1e-4}
EFFORT = 4000  # elements; a formula needs a few hundred at the sizes below, a difference for every input 5,000


def draw_inputs(seed: int, n: int, d: int, k: int, dtype: torch.dtype = torch.float64) -> Inputs:
    return (
        normal(seed, n, d, dtype=dtype, scale=0.7),
        normal(seed + 1, d, k, dtype=dtype, scale=0.8),
        normal(seed + 2, k, dtype=dtype, scale=0.5),
    )


def _gradients(trial: Trial, inputs: Inputs) -> list[Any]:
    got = trial.call("manual_gradient", *inputs)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        kind = f"{len(got)} hasil" if isinstance(got, (tuple, list)) else type(got).__name__
        raise Wrong(f"`manual_gradient` seharusnya mengembalikan tiga tensor, `gx, gW, gb`; yang datang {kind}.", check="three_results")
    for name, part in zip(NAMES, got, strict=True):
        if not isinstance(part, torch.Tensor):
            raise Wrong(f"`{name}` seharusnya tensor, bukan {type(part).__name__}. Urutan hasilnya `gx, gW, gb`.", check="three_results")
    return list(got)


@needs("manual_gradient")
def three_results(trial: Trial) -> None:
    _gradients(trial, draw_inputs(SEEDS[0], 5, 4, 3))


@needs("manual_gradient")
def shapes(trial: Trial) -> None:
    for size in SIZES:
        inputs = draw_inputs(SEEDS[0], *size)
        for name, got, want in zip(NAMES, _gradients(trial, inputs), inputs, strict=True):
            if got.shape != want.shape:
                raise Wrong(
                    f"Untuk n, d, k = {size} bentuk `{name}` adalah {tuple(got.shape)}, seharusnya {tuple(want.shape)}. {SHAPES[name]}"
                )


@needs("manual_gradient")
def no_autograd(trial: Trial) -> None:
    effort = Effort()
    with without_autograd(), effort:
        trial.call("manual_gradient", *draw_inputs(SEEDS[0], 8, 7, 5))
    if effort.elements > EFFORT:
        raise Wrong(
            f"Untuk satu gradien, fungsinya Anda hitung berulang kali: {effort.elements} angka melewati tanh, exp, atau log. "
            "Itu selisih hingga. Yang diminta rumus: tulis turunan setiap faktor, lalu kalikan menurut aturan rantai."
        )


@needs("manual_gradient")
def types(trial: Trial) -> None:
    for dtype in TYPES:
        for name, got in zip(NAMES, _gradients(trial, draw_inputs(SEEDS[0], 5, 4, 3, dtype)), strict=True):
            if got.dtype != dtype:
                raise Wrong(
                    f"Masukannya {dtype}, tetapi `{name}` bertipe {got.dtype}. Gradien bertipe sama dengan masukannya: hapus "
                    "`.float()`, `.double()`, atau pembuatan tensor tanpa `dtype=x.dtype`."
                )


@needs("manual_gradient")
def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for size in SIZES:
                _compare(trial, draw_inputs(seed, *size, dtype), f"n, d, k = {size}")


@needs("manual_gradient")
def edges(trial: Trial) -> None:
    """Rows of zeros, no weights at all, a row far out: the formula is finite everywhere."""
    x, W, b = draw_inputs(SEEDS[1], 4, 3, 2)
    zero = torch.zeros_like
    far = torch.cat([x, 300 * torch.ones_like(x[:1])])
    for what, inputs in {
        "x = 0 dan b = 0": (zero(x), W, zero(b)),
        "W = 0 dan b = 0": (x, zero(W), zero(b)),
        "satu baris x berisi 0 semua": (torch.cat([x, zero(x[:1])]), W, zero(b)),
        "b sampai 1000": (x, W, 1000 * torch.ones_like(b)),
        "satu baris x berisi 300": (far, W, b),
    }.items():
        _compare(trial, inputs, what)


@needs("manual_gradient")
def layouts(trial: Trial) -> None:
    x, W, b = draw_inputs(SEEDS[0], 5, 4, 3)
    for what, inputs in {
        "masukan yang tidak bersambung di memori": (strided(x), strided(W), strided(b)),
        "baris x hasil `expand`": (x[:1].expand(5, 4), W, b[:1].expand(3)),
    }.items():
        _compare(trial, inputs, what)


def _compare(trial: Trial, inputs: Inputs, what: str) -> None:
    want = gradient(*inputs)
    got = _gradients(trial, inputs)
    # gW first: it holds the mistakes of the common factor alone, gx and gb may add their own
    for at in (1, 2, 0):
        name = NAMES[at]
        if told := differ(name, got[at], want[at], ROOM[want[at].dtype]):
            raise Wrong(f"Untuk {what} gradien `{name}` belum tepat. {told} {_advice(inputs, got, at)}".strip())


def _advice(inputs: Inputs, got: list[torch.Tensor], at: int) -> str:
    """The words for the slip that gives just this result."""
    if not got[at].isfinite().all():
        return (
            "Di titik seperti ini sebuah faktor menjadi 0/0 atau meluap. Semua faktor rumusnya terhingga: bagi dengan 1 + s, "
            "bukan dengan s atau ‖h‖, dan pakai 1 − h² untuk turunan tanh."
        )
    for advice, slip in SLIPS.items():
        wrong = slip(*inputs)
        if differ("", wrong[at], gradient(*inputs)[at]) and not differ("", got[at], wrong[at], ROOM[wrong[at].dtype]):
            return advice
    return "Periksa faktor demi faktor: 1/(1 + s), 2h, e, 1 − h², dan 1/n."


@needs("verify")
def verify_accepts(trial: Trial) -> None:
    for dtype in TYPES:
        for size in SIZES:
            for kind, given in _given(draw_inputs(SEEDS[0], *size, dtype)).items():
                for form in (tuple, list):
                    _verify(trial, given, lambda x, W, b, form=form: form(gradient(x, W, b)), True, f"{kind}, {dtype}, n, d, k = {size}")


@needs("verify")
def verify_rejects(trial: Trial) -> None:
    for dtype in TYPES:
        for size in ((5, 4, 3), (1, 4, 3)):
            inputs = draw_inputs(SEEDS[1], *size, dtype)
            for slip, wrong in wrong_gradients().items():
                _verify(trial, inputs, wrong, False, f"{slip}, {dtype}, n, d, k = {size}")


@needs("verify")
def verify_uses_autograd(trial: Trial) -> None:
    with counting_autograd() as calls:
        trial.call("verify", gradient, *draw_inputs(SEEDS[0], 5, 4, 3))
    if not calls:
        raise Wrong(
            "`verify` tidak memanggil autograd sama sekali. Pembandingnya harus datang dari autograd: hitung f dari salinan "
            "x, W, b yang meminta gradien, lalu pakai `torch.autograd.grad`. Rumus yang dibandingkan dengan rumus bisa salah bersama."
        )


def _given(inputs: Inputs) -> Mapping[str, Inputs]:
    leaves = tuple(tensor.clone().requires_grad_() for tensor in inputs)
    for leaf in leaves:
        leaf.grad = torch.ones_like(leaf)
    x, W, b = leaves
    return {"masukan biasa": inputs, "masukan yang meminta gradien": (x, W, b)}


def _verify(trial: Trial, inputs: Inputs, candidate: Callable[..., Gradient], right: bool, what: str) -> None:
    got = trial.call("verify", candidate, *inputs)
    if type(got) is not bool:
        raise Wrong(f"`verify` seharusnya mengembalikan `True` atau `False`, bukan {type(got).__name__}. Bungkus hasilnya dengan `bool(...)`.", check="verify_accepts")
    if got is right:
        return
    if right:
        raise Wrong(
            f"`verify` menolak gradien yang benar ({what}). Urutan penjumlahan yang lain menggeser angka terakhir: pakai toleransi, "
            "misalnya 1e-4 untuk float32 dan 1e-8 untuk float64, dan terima tuple maupun list."
        )
    raise Wrong(
        f"`verify` menerima gradien yang salah: {what}. Bandingkan gx, gW, dan gb satu per satu dengan hasil autograd, bentuknya dulu "
        "(`allclose` menyiarkan bentuk yang lain), lalu nilainya. NaN tidak sama dengan apa pun."
    )


CHECKS = (
    three_results, shapes, no_autograd, types, values, edges, layouts, verify_accepts, verify_rejects, verify_uses_autograd,
)  # fmt: skip
