"""Latihan 01, bagian kedua: `verify` menerima gradien yang benar dan menolak yang dirusak."""

from collections.abc import Callable, Mapping

import numpy as np
import torch

from jejak.data import SEEDS, TYPES
from jejak.tasks.fungsi_majemuk import (
    SIZES,
    Gradient,
    Inputs,
    draw_inputs,
    gradient,
    value,
    wrong_gradients,
)
from jejak.trial import Trial, needs
from jejak.verdict import Wrong
from jejak.watch.engine import counting_autograd

# What lets a wrong gradient pass, by a word of its description; the last fits all.
ACCEPTED = {
    "NaN": "NaN tidak sama dengan apa pun, jadi `beda > batas` tidak pernah benar untuknya. Tanyakan `beda <= batas`, untuk setiap unsur.",
    "berbentuk": "`allclose` dan pengurangan menyiarkan bentuk yang lain. Bandingkan bentuknya lebih dulu.",
    "bergeser": "Jumlah, rata-rata, dan norma tidak melihat tempat. Bandingkan unsur demi unsur.",
    "tanda": "Bandingkan ketiga gradien beserta tandanya, dan ambil nilai mutlak bedanya.",
    "meleset": "Toleransinya terlalu longgar, atau tidak setiap unsur dibandingkan. Gradien di sini sekitar 0.1; mulailah dari 1e-4.",
    "": "Bandingkan gx, gW, dan gb satu per satu dengan hasil autograd; ketiganya harus cocok.",
}
SLIGHTLY = 1 + 3e-6  # less than any slip of a formula, more than float64 rounds


@needs("verify")
def verify_accepts(trial: Trial) -> None:
    for dtype in TYPES:
        for size in SIZES:
            for kind, given in _given(draw_inputs(SEEDS[0], *size, dtype)).items():
                for form in (tuple, list):
                    _verify(trial, given, lambda x, W, b, form=form: form(gradient(x, W, b)), True, f"{kind}, {dtype}, n, d, k = {size}")


@needs("verify")
def verify_at_zero(trial: Trial) -> None:
    x, W, b = draw_inputs(SEEDS[0], *SIZES[0])
    inputs = (torch.cat([x[:-1], torch.zeros_like(x[:1])]), W, torch.zeros_like(b))
    if _ask(trial, lambda x, W, b: gradient(x, W, b), inputs) is not None and not _ask(trial, lambda x, W, b: gradient(x, W, b), inputs):
        raise Wrong(
            "`verify` menolak gradien yang benar di titik tempat sebagian gradien tepat 0. Galat relatif membagi 0 dengan 0 di sana, dan NaN tidak "
            "lebih kecil dari batas mana pun. Bandingkan bedanya dengan batas yang tidak dibagi unsur itu sendiri."
        )


@needs("verify")
def verify_counts(trial: Trial) -> None:
    """Dua gradien saja, dan keduanya sedikit meleset: `verify` harus menghitung banyaknya, atau membandingkan sampai angka terakhir."""
    try:
        got = trial.call("verify", lambda x, W, b: [SLIGHTLY * part for part in gradient(x, W, b)[:2]], *draw_inputs(SEEDS[0], *SIZES[0]))
    except (ValueError, IndexError, TypeError, AssertionError):
        return  # an error is no acceptance
    if got:
        raise Wrong("`verify` menerima fungsi yang hanya memberi dua gradien, tanpa gb, dan yang kedua-duanya meleset 0.0003%: `zip` berhenti di yang "
                    "terpendek. Bandingkan banyaknya lebih dulu.")


@needs("verify")
def verify_rejects(trial: Trial) -> None:
    for dtype in TYPES:
        for size in ((5, 4, 3), (1, 4, 3)):
            inputs = draw_inputs(SEEDS[1], *size, dtype)
            for slip, wrong in wrong_gradients().items():
                _verify(trial, inputs, wrong, False, f"{slip} ({dtype}, n, d, k = {size})")


@needs("verify")
def verify_uses_autograd(trial: Trial) -> None:
    with counting_autograd() as calls:
        trial.call("verify", gradient, *draw_inputs(SEEDS[0], *SIZES[0]))
    if calls == []:
        raise Wrong(
            "`verify` tidak memanggil autograd sama sekali. Pembandingnya harus datang dari autograd: hitung f dari salinan "
            "x, W, b yang meminta gradien, lalu pakai `torch.autograd.grad`. Rumus yang dibandingkan dengan rumus bisa salah bersama."
        )


def _given(inputs: Inputs) -> Mapping[str, Inputs]:
    x, W, b = (tensor.clone().requires_grad_() for tensor in inputs)
    for leaf in (x, W, b):
        leaf.grad = torch.ones_like(leaf)
    return {"masukan biasa": inputs, "masukan yang meminta gradien": (x, W, b)}


def _verify(trial: Trial, inputs: Inputs, candidate: Callable[..., Gradient], right: bool, what: str) -> None:
    calls = []

    def manual_gradient(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        calls.append("manual_gradient")
        return candidate(x, W, b)

    got = _ask(trial, manual_gradient, inputs)
    if got is not None and not isinstance(got, (bool, np.bool_)):
        raise Wrong(
            f"`verify` seharusnya mengembalikan `True` atau `False`, bukan {type(got).__name__}. Bungkus hasilnya dengan `bool(...)`.",
            check="verify_accepts",
        )
    if got is not None and bool(got) is right:
        return
    if calls == []:
        raise Wrong(
            f"`verify` menjawab `{got}` tanpa memanggil fungsi yang diberikan kepadanya. Yang diuji adalah argumen pertamanya: "
            "panggil itu dengan x, W, b, lalu bandingkan hasilnya dengan autograd."
        )
    raise Wrong(_refusal(trial, inputs, what) if right else _acceptance(what, got))


def _ask(trial: Trial, candidate: Callable[..., Gradient], inputs: Inputs) -> object:
    """What verify says; None where it stops with an assertion."""
    try:
        return trial.call("verify", candidate, *inputs)
    except AssertionError:
        return None


def _acceptance(what: str, got: object) -> str:
    if got is None:
        return (
            f"Untuk gradien yang salah ({what}) `verify` berhenti dengan `AssertionError`. Jawaban yang diminta `False`, bukan "
            "galat: tangkap galat itu, atau bandingkan dengan `torch.allclose`."
        )
    return f"`verify` menerima gradien yang salah: {what}. {next(told for word, told in ACCEPTED.items() if word in what)}"


def _refusal(trial: Trial, inputs: Inputs, what: str) -> str:
    """What the comparison takes exception to: the last digits, or more than that."""
    told = f"`verify` menolak gradien yang benar ({what})."
    if _ask(trial, _by_autograd, inputs):
        return (
            f"{told} Urutan penjumlahan yang lain menggeser angka terakhir, dan itu bukan kekeliruan: bandingkan dengan "
            "toleransi, misalnya 1e-8 untuk float64 dan 1e-4 untuk float32."
        )
    return (
        f"{told} Periksa dua hal. Apakah f di dalam `verify` benar f dari soal: rata-rata, 1 + s di dalam log, ‖x‖²/2 di dalam "
        "exp? Apakah pembandingnya bentuk yang tepat, dengan toleransi seperti 1e-8 untuk float64 dan 1e-4 untuk float32?"
    )


def _by_autograd(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
    leaves = [tensor.detach().clone().requires_grad_() for tensor in (x, W, b)]
    return torch.autograd.grad(value(*leaves), leaves)
