"""Latihan 14: satu langkah penurunan gradien, di tempat dan tanpa dicatat."""

from collections.abc import Iterable

import torch
from torch import nn

from autograd_viz.tracing.torch_internals import version_counter
from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

ROOM = {torch.float64: 1e-12, torch.float32: 1e-6}
RATES = (0.1, 0.7, 3, 0)
SHAPES = ((4,), (), (2, 3), (1,), (3, 1, 2))

NONE = "Parameter yang tidak dipakai di hitungan maju belum punya gradien: `.grad`-nya `None`. Lewati parameter itu."
RECORDED = (
    "Isi daun yang meminta gradien tidak boleh ditimpa selagi operasi dicatat. Pembaruan bukan bagian dari fungsi yang diturunkan: "
    "tulis di dalam `torch.no_grad()`."
)
ONCE = "`params` boleh berupa generator, misalnya `model.parameters()`: tanpa panjang, tanpa nomor, dan hanya bisa dilalui satu kali."
# What Python or torch says, and what it means in this exercise.
REFUSED = {
    "a leaf Variable": RECORDED,
    "NoneType": NONE,
    "generator": ONCE,
    "Boolean value of Tensor": "`if p.grad:` menanyakan isi gradiennya. Tanyakan apakah gradien itu ada: `p.grad is not None`.",
    "converted to Scalar": "`item()` hanya untuk tensor satu angka, sedangkan parameter boleh berbentuk apa pun. Hitung dengan tensornya.",
}


def leaves(seed: int, dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    """Parameter berbagai bentuk dengan gradiennya; satu di antaranya tidak bersambung di memori."""
    drawn = [normal(seed + at, *shape, dtype=dtype) for at, shape in enumerate(SHAPES)]
    params = [tensor.requires_grad_() for tensor in [*drawn, strided(normal(seed + 9, 3, 4, dtype=dtype))]]
    for at, p in enumerate(params):
        p.grad = normal(seed + 20 + at, *p.shape, dtype=dtype)
    return params


def _step(trial: Trial, params: Iterable[torch.Tensor], lr: float, what: str = "") -> object:
    try:
        return trial.call("sgd_step", params, lr, changes=(0,))
    except (RuntimeError, TypeError, AttributeError) as error:
        for words, advice in REFUSED.items():
            if words in str(error):
                said = str(error).splitlines()[0].removesuffix(".")
                raise Wrong(f"`sgd_step`{what} berhenti dengan galat: `{said}`. {advice}") from error
        raise


def _copies(params: list[torch.Tensor]) -> list[torch.Tensor]:
    return [p.detach().clone() for p in params]


def _gradient(p: torch.Tensor) -> torch.Tensor:
    assert p.grad is not None  # made by leaves()
    return p.grad.detach().clone()


def update(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for lr in RATES:
                params = leaves(seed, dtype)
                given, old, grads = list(params), _copies(params), [_gradient(p) for p in params]
                _step(trial, given, lr)
                for at, (p, before, grad) in enumerate(zip(params, old, grads, strict=True)):
                    if told := differ(f"params[{at}]", p.detach(), before - lr * grad, ROOM[dtype], scale=1.0):
                        moved = at > 0 and not torch.equal(params[0], old[0])
                        replaced = any(new is not own for new, own in zip(given, params, strict=False))
                        advice = _copied(p, before) or _advice(p.detach(), before, grad, lr, moved, replaced)
                        raise Wrong(f"Dengan lr = {lr} isinya belum tepat. {told} {advice}")


def _copied(p: torch.Tensor, old: torch.Tensor) -> str:
    """Of an element that is not contiguous, `reshape` and the like give a copy."""
    if p.is_contiguous() or not torch.equal(p.detach(), old):
        return ""
    return (
        "Parameter ini tidak bersambung di memori, dan isinya masih yang lama: `reshape`, `flatten`, dan `contiguous` lalu memberi "
        "salinan, dan mengubah salinan tidak mengubah p. Ubah p sendiri, dalam bentuk aslinya."
    )


def _advice(got: torch.Tensor, old: torch.Tensor, grad: torch.Tensor, lr: float, moved: bool, replaced: bool) -> str:
    if torch.equal(got, old) and moved:
        return "Yang sebelumnya sudah diperbarui, yang ini belum. Apakah `return` atau `break` ada di dalam putaran?"
    if torch.equal(got, old):
        why = (
            "Daftarnya kini berisi tensor lain, dan parameter milik pemanggil tidak berubah."
            if replaced else "`p = p - …` misalnya membuat tensor baru dan hanya memindahkan nama p."
        )  # fmt: skip
        return f"Isinya masih yang lama. {why} Timpa isinya di tempat, misalnya dengan `-=`."
    slips = {
        "Tandanya terbalik: parameter bergerak melawan gradien.": old + lr * grad,
        "Gradiennya belum dikalikan lr.": old - grad,
        "lr terkalikan dua kali.": old - lr * lr * grad,
        "Langkahnya terjadi dua kali.": old - 2 * lr * grad,
        "Isi lama hilang: langkahnya dikurangkan dari isi lama.": -lr * grad,
        "Yang dipakai hanya tanda gradiennya.": old - lr * grad.sign(),
    }
    fitting = (told for told, slip in slips.items() if differ("", got, slip, 1e-6, scale=1.0) is None)
    return next(fitting, "Isi baru adalah p − lr · p.grad.")


def unused(trial: Trial) -> None:
    params = leaves(SEEDS[0])
    for at in (0, 2):
        params[at].grad = None
    params[2].requires_grad_(False)
    old, grads = _copies(params), [None if p.grad is None else _gradient(p) for p in params]
    _step(trial, list(params), 0.1, ", dengan params[0].grad kosong,")
    for at, (p, before, grad) in enumerate(zip(params, old, grads, strict=True)):
        want = before if grad is None else before - 0.1 * grad
        if told := differ(f"params[{at}]", p.detach(), want, ROOM[p.dtype], scale=1.0):
            why = NONE if grad is None else "Parameter yang kosong dilewati; yang sesudahnya tetap diperbarui."
            raise Wrong(f"params[0] dan params[2] tidak punya gradien. {told} {why}")
        if grad is None and p.grad is not None:
            raise Wrong(
                f"Sesudah dipanggil, `params[{at}].grad` berisi {show(p.grad)}, padahal tadinya `None`. Optimizer (pelajaran 05) "
                "membedakan gradien nol dari gradien yang tidak ada. Lewati saja parameter itu."
            )


def frozen(trial: Trial) -> None:
    """Yang menentukan `.grad`-nya, bukan `requires_grad`; dan di dalam `no_grad` pencatatan tetap mati sesudahnya."""
    params = leaves(SEEDS[0])
    params[1].requires_grad_(False)
    old, grads = _copies(params), [_gradient(p) for p in params]
    with torch.no_grad():
        _step(trial, list(params), 0.1, ", dengan params[1] yang dibekukan,")
    for at, (p, before, grad) in enumerate(zip(params, old, grads, strict=True)):
        if told := differ(f"params[{at}]", p.detach(), before - 0.1 * grad, ROOM[p.dtype], scale=1.0):
            raise Wrong(
                f"params[1] dibekukan (`requires_grad=False`) tetapi masih punya gradien. {told} Syaratnya: setiap p yang punya gradien "
                "bergeser; yang dilewati hanya yang `.grad`-nya `None`."
            )


def marks(trial: Trial) -> None:
    params = leaves(SEEDS[0])
    params[1].grad = params[3].grad = None
    params[3].requires_grad_(False)
    params[4].grad = normal(5, *params[4].shape).requires_grad_() * 1  # as backward(create_graph=True) leaves it
    wanted = [p.requires_grad for p in params]
    _step(trial, list(params), 0.1)
    for at, (p, recorded) in enumerate(zip(params, wanted, strict=True)):
        if p.requires_grad != recorded:
            kind = (
                "Pencatatan untuk langkah berikutnya jadi mati"
                if recorded
                else "Parameter itu dibekukan pemanggil: sengaja tidak meminta gradien"
            )
            raise Wrong(
                f"Sesudah dipanggil, `params[{at}].requires_grad` menjadi {p.requires_grad}, tadinya {recorded}. {kind}. "
                "Jangan memutar sakelar itu; `torch.no_grad()` cukup."
            )
        if p.grad_fn is not None:
            raise Wrong(
                f"Sesudah dipanggil, params[{at}] bukan daun lagi: `grad_fn`-nya {p.grad_fn.name()}. Gradiennya dibuat dengan "
                "`create_graph=True` (pelajaran 08) dan masih punya graf, jadi pengurangannya ikut dicatat. Tulis di dalam `torch.no_grad()`."
            )


def gradients(trial: Trial) -> None:
    for lr in (0.3, 0, 3):
        _same_gradients(trial, lr)


def _same_gradients(trial: Trial, lr: float) -> None:
    params = leaves(SEEDS[0])
    params[4].grad = normal(5, *params[4].shape).requires_grad_() * 1  # as backward(create_graph=True) leaves it
    grads, held = [_gradient(p) for p in params], [(p.grad, p.grad.grad_fn) for p in params if p.grad is not None]
    views = [grad.detach() for grad, _ in held]
    _step(trial, list(params), lr)
    for at, (p, grad) in enumerate(zip(params, grads, strict=True)):
        if p.grad is None:
            raise Wrong(
                f"Sesudah dipanggil, `params[{at}].grad` kosong. Mengosongkan gradien tugas pemanggil: sesudah langkah ini ia mungkin masih "
                "ingin membacanya."
            )
        if told := differ(f"params[{at}].grad", p.grad, grad, 0.0):
            how = "Gradiennya Anda kosongkan; itu tugas pemanggil." if not p.grad.any() else (
                "Operasi di tempat (`mul_`, `*=`) menimpa gradiennya. Tulis `lr * p.grad`, yang membuat tensor baru."
            )  # fmt: skip
            raise Wrong(f"Dengan lr = {lr}, gradiennya berubah sesudah dipanggil. {told} {how}", check="gradients")
        if p.grad is not held[at][0] or p.grad.grad_fn is not held[at][1] or not torch.equal(views[at], p.grad):
            raise Wrong(
                f"Angka di `params[{at}].grad` sama, tetapi tensornya diganti: salinan, atau yang dilepas dari grafnya dengan `detach`. Pemanggil "
                "yang memegang gradien itu, atau akan menurunkannya lagi, kehilangan miliknya. Baca `p.grad`, jangan menulisnya.",
                check="gradients",
            )


def storage(trial: Trial) -> None:
    params = leaves(SEEDS[0])
    views = [p.detach() for p in params]
    _step(trial, list(params), 0.1)
    for at, (p, view) in enumerate(zip(params, views, strict=True)):
        if not torch.equal(p.detach(), view):
            raise Wrong(
                f"params[{at}] kini memakai memori lain: tampilan `params[{at}].detach()` yang diambil sebelumnya masih berisi angka lama. "
                "Jangan mengganti `p.data` dengan tensor baru; timpa isinya dengan `-=` di dalam `torch.no_grad()`."
            )


def version(trial: Trial) -> None:
    params = leaves(SEEDS[0])
    before = [version_counter(p) for p in params]
    _step(trial, list(params), 0.1)
    for at, (p, old) in enumerate(zip(params, before, strict=True)):
        if version_counter(p) == old:
            raise Wrong(
                f"Isi params[{at}] berubah, tetapi versinya tetap {old}: autograd tidak tahu. Graf lama yang menyimpan parameter ini akan "
                "memberi gradien yang salah tanpa galat. Jangan lewat `.data` atau NumPy; tulis `-=` di dalam `torch.no_grad()`."
            )


def generator(trial: Trial) -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    kinds = {
        "generator `model.parameters()`": lambda: model.parameters(),
        "tuple": lambda: tuple(model.parameters()),
        "iterator `iter(daftar)`": lambda: iter(list(model.parameters())),
    }
    for what, make in kinds.items():
        for p in model.parameters():
            nn.init.constant_(p, 0.5)
            p.grad = torch.ones_like(p)
        old = _copies(list(model.parameters()))
        _step(trial, make(), 0.1, f" dengan {what}")
        for (name, p), before in zip(model.named_parameters(), old, strict=True):
            if told := differ(f"model.{name}", p.detach(), before - 0.1, 1e-6, scale=1.0):
                raise Wrong(f"Dengan {what} isinya keliru. {told} {ONCE}")


def nothing_returned(trial: Trial) -> None:
    if (got := _step(trial, leaves(SEEDS[0]), 0.1)) is not None:
        raise Wrong(
            f"`sgd_step` mengembalikan sesuatu ({type(got).__name__}). Hasilnya sudah ada di parameternya, seperti pada `list.sort()`: fungsi yang mengubah di "
            "tempat tidak mengembalikan apa-apa, supaya tidak disangka membuat salinan. Hapus `return`-nya."
        )


CHECKS = (update, unused, frozen, marks, gradients, storage, version, generator, nothing_returned)
