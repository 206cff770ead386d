"""Latihan 11: daun dari daftar angka, dan tensor mana yang `.grad`-nya akan terisi."""

import copy
from typing import Any

import torch

from jejak.data import SEEDS, normal
from jejak.difference import differ
from jejak.show import show
from jejak.tasks.macam_tensor import tensors
from jejak.trial import Trial, needs
from jejak.verdict import Wrong

NUMBERS = (
    ([2.5, 7.0, -4.0], 3),
    ([2, 7, 5, 4], 0.5),
    ([2, 7, 5, 4], 3),
    ([[3, -1, 0], [2, 5.5, 4]], -2),
    ([6], 0.1),
    ([1, 2, 3], 0),
)
SHAPES = ((1,), (5,), (3, 4), (4, 1), (2, 3, 5))


def _cases() -> list[tuple[list[Any], float]]:
    """Lists as a learner writes them, and random ones of every shape."""
    drawn = [(normal(seed, *shape, scale=9).tolist(), 1.7) for seed in SEEDS for shape in SHAPES]
    return copy.deepcopy([*NUMBERS, *drawn])


REFUSED = {
    "floating point": "PyTorch menolak: hanya bilangan pecahan yang boleh meminta gradien. Daftar yang berisi bilangan bulat menjadi "
    "tensor bilangan bulat. Sebutkan `dtype=torch.float32` saat membuat tensornya.",
    "a leaf Variable": "PyTorch menolak perkalian di tempat (`*=` atau `mul_`): isi daun yang sudah meminta gradien tidak boleh ditimpa "
    "selagi operasi dicatat. Kalikan dulu, baru nyalakan pencatatan.",
    "multiply sequence": "Python menolak perkaliannya: sebuah daftar tidak bisa dikalikan pecahan. Jadikan daftar itu tensor dulu, baru kalikan.",
}


def _leaf(trial: Trial, values: list[Any], factor: float) -> torch.Tensor:
    try:
        got = trial.call("make_leaf", copy.deepcopy(values), factor)
    except (RuntimeError, TypeError) as error:
        for words, advice in REFUSED.items():
            if words in str(error):
                raise Wrong(f"Untuk {_told(values, factor)} {advice}") from error
        raise
    if not isinstance(got, torch.Tensor):
        raise Wrong(f"`make_leaf` seharusnya mengembalikan tensor, bukan {type(got).__name__}.", check="element_type")
    return got


def _told(values: list[Any], factor: float) -> str:
    return f"`make_leaf({show(values)}, {factor})`"


@needs("make_leaf")
def element_type(trial: Trial) -> None:
    for values, factor in _cases():
        got = _leaf(trial, values, factor)
        if got.dtype != torch.float32:
            raise Wrong(
                f"{_told(values, factor)} bertipe {got.dtype}, seharusnya torch.float32. "
                "Tanpa `dtype=torch.float32` tipenya mengikuti isi daftar atau NumPy."
            )


@needs("make_leaf")
def values(trial: Trial) -> None:
    for given, factor in _cases():
        got = _leaf(trial, given, factor)
        plain = torch.tensor(given, dtype=torch.float64)
        want = (plain * factor).float()
        if told := differ("t", got, want, 1e-6):
            advice = _value_advice(got, plain, factor)
            raise Wrong(f"Untuk t = {_told(given, factor)} isinya belum tepat. {told} {advice}".strip())


def _value_advice(got: torch.Tensor, plain: torch.Tensor, factor: float) -> str:
    if got.shape != plain.shape:
        repeated = got.ndim and plain.ndim and got.shape[0] == plain.shape[0] * factor
        return (
            "Daftar Python yang dikalikan bilangan bulat diulang; isinya tidak dikalikan. Jadikan tensor dulu, baru kalikan."
            if repeated else "Bentuknya mengikuti daftarnya: satu dimensi untuk setiap lapis kurung siku."
        )  # fmt: skip
    slips = {
        "Faktornya belum dikalikan.": plain,
        "Faktornya ditambahkan; yang diminta hasil kali.": plain + factor,
        "Faktornya terkalikan dua kali.": plain * factor**2,
        "Pecahannya terbuang: jangan mengubah angka menjadi bilangan bulat.": (plain * factor).trunc(),
    }
    return next((advice for advice, slip in slips.items() if differ("", got, slip.float(), 1e-6) is None), "")


@needs("make_leaf")
def recorded(trial: Trial) -> None:
    for given, factor in _cases():
        if not _leaf(trial, given, factor).requires_grad:
            raise Wrong(
                f"{_told(given, factor)} mempunyai `requires_grad=False`, jadi operasi atasnya tidak dicatat dan `.grad` tetap kosong. "
                "Nyalakan sesudah perkaliannya selesai, dengan `requires_grad_()`."
            )


@needs("make_leaf")
def leaf(trial: Trial) -> None:
    for given, factor in _cases():
        got = _leaf(trial, given, factor)
        if not got.is_leaf:
            raise Wrong(_leaf_advice(got, _told(given, factor)))


def _leaf_advice(got: torch.Tensor, told: str) -> str:
    made = got.grad_fn.name() if got.grad_fn is not None else "None"
    if got.retains_grad:
        return (
            f"{told} bukan daun: `grad_fn`-nya {made}. `retain_grad()` membuat `.grad`-nya terisi, tetapi tensornya tetap hasil operasi. "
            "Yang diminta daun: nyalakan pencatatan sesudah perkaliannya."
        )
    why = {
        "MulBackward0": "Perkaliannya terjadi sesudah pencatatan menyala, jadi ikut dicatat.",
        "ToCopyBackward0": "`.float()` dan `.to()` juga operasi, dan di sini ikut dicatat.",
    }.get(made, "Operasi terakhirnya terjadi sesudah pencatatan menyala, jadi ikut dicatat.")
    return (
        f"{told} bukan daun: `grad_fn`-nya {made}. {why} Gradien akan masuk ke tensor tanpa nama di hulunya. "
        "Selesaikan dulu hitungannya, baru nyalakan pencatatan."
    )


@needs("make_leaf")
def gradient(trial: Trial) -> None:
    for given, factor in _cases():
        got = _leaf(trial, given, factor)
        if got.grad is not None:
            raise Wrong(
                f"{_told(given, factor)} sudah membawa `.grad` = {show(got.grad)}. Daun yang baru dibuat belum punya gradien: `.grad` "
                "diisi oleh `backward()` pemanggil, bukan di dalam `make_leaf`. Gradien berikutnya akan ditambahkan ke sisa itu."
            )
        if got.is_inference():
            raise Wrong(
                f"{_told(given, factor)} dibuat di dalam `inference_mode`. Tandanya benar, tetapi tensor seperti itu tidak pernah bisa disimpan untuk "
                "`backward()`: `(t * t).sum()` saja sudah berhenti dengan galat. Pakai `torch.no_grad()`, atau tidak keduanya."
            )
        weight = normal(7, *got.shape, dtype=torch.float32)
        (got * weight).sum().backward()
        after = f"Sesudah `(t * w).sum().backward()` dengan t = {_told(given, factor)}"
        if got.grad is None:
            raise Wrong(
                f"{after}, `t.grad` tetap kosong walaupun tanda-tandanya benar: t sebuah tampilan yang dibuat di dalam `no_grad`, dan "
                "gradien tidak sampai ke sana. Kembalikan daunnya sendiri, bukan tampilannya."
            )
        if told := differ("t.grad", got.grad, weight, 1e-6):
            raise Wrong(f"{after}, gradiennya seharusnya w. {told} Apakah ada kait yang mengubahnya di jalan?")


def _collects(trial: Trial, tensor: torch.Tensor) -> Any:
    """The watch would send the learner to `torch.autograd.grad`; here no gradient is to be computed at all."""
    try:
        return trial.call("collects_grad", tensor)
    except Wrong as error:
        if ".grad` berubah" not in str(error):
            raise
        raise Wrong(
            "`collects_grad` mengubah `t.grad`: Anda menjalankan `backward()` sungguhan, atau menulis ke `.grad`. Jawabannya sudah "
            "terbaca dari tanda-tanda tensornya; bacalah tanda itu saja.",
            check=error.check,
        ) from error


@needs("collects_grad")
def boolean(trial: Trial) -> None:
    for case in tensors():
        got = _collects(trial, case.tensor)
        if type(got) is not bool:
            raise Wrong(
                f"`collects_grad` seharusnya mengembalikan `True` atau `False`, tetapi untuk {case.name} ia mengembalikan {show(got)} "
                f"({type(got).__name__}). Gabungkan tanda-tanda itu dengan `and`, `or`, dan `not`."
            )


@needs("collects_grad")
def prediction(trial: Trial) -> None:
    for case in tensors():
        if (got := _collects(trial, case.tensor)) != case.filled:
            raise Wrong(f"Untuk {case.name}, `collects_grad` menjawab {got}, seharusnya {case.filled}. {case.why}")


@needs("collects_grad")
def traces(trial: Trial) -> None:
    leaf = normal(9, 3).requires_grad_()
    result = leaf * 2
    trial.call("collects_grad", result)
    if leaf.grad is not None:
        raise Wrong(
            f"`collects_grad(leaf * 2)` mengisi `leaf.grad` dengan {show(leaf.grad)}: Anda menjalankan `backward()` sungguhan, dan gradiennya "
            "tertinggal di daun di hulu. Jawabannya sudah terbaca dari tanda-tanda tensornya."
        )
    if result.retains_grad:
        raise Wrong(
            "Sesudah `collects_grad(leaf * 2)` tensor itu menyimpan gradien, padahal pemanggil tidak memintanya: Anda memanggil "
            "`retain_grad()`. Baca `retains_grad`, tanda tanpa tanda kurung; ia tidak mengubah apa pun."
        )


CHECKS = (
    element_type, values, recorded, leaf, gradient, boolean, prediction, traces,
)  # fmt: skip
