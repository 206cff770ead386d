"""Latihan 20: fungsi autograd kustom yang membalik gradien."""

from collections.abc import Iterator, Sequence
from unittest.mock import patch

import torch
from torch.autograd.function import BackwardCFunction

from autograd_viz.tracing.torch_internals import FUNCTION_CLASS, function_class_of, has
from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.trial import Trial, needs
from jejak.verdict import Wrong

SHAPES = ((4,), (), (1,), (3, 4), (2, 1, 5), (2, 3, 2, 2), (0, 3))
STRENGTHS = (2.5, 0.3, 1, 0.0, -1.5, 40.0)
CRASHES = {  # of torch, told in the words of the lesson
    "save_for_backward can only save": "`save_for_backward` hanya menerima tensor, padahal `strength` angka Python. Titipkan langsung: `ctx.strength = strength`.",
    "Legacy autograd function": "`Reverse()` membuat objek dari kelasnya. Yang dipanggil kelasnya sendiri: `Reverse.apply(x, strength)`.",
}


@needs("Reverse")
def custom_function(trial: Trial) -> None:
    thing = trial["Reverse"]
    if not (isinstance(thing, type) and issubclass(thing, torch.autograd.Function)):
        raise Wrong("`Reverse` seharusnya kelas turunan `torch.autograd.Function`: `class Reverse(torch.autograd.Function)`.")


def used(trial: Trial) -> None:
    x = normal(SEEDS[0], 3).requires_grad_()
    y = _forward(trial, x, 2.5)
    if y.grad_fn is None:
        raise Wrong(
            "Hasil `reverse` tidak punya graf, walaupun masukannya meminta gradien. "
            "Kembalikan `Reverse.apply(x, strength)` dengan x sendiri: `x.detach()`, `no_grad`, dan `Reverse.forward` tidak tercatat."
        )
    made = {function_class_of(type(node)) for node in _nodes(y) if isinstance(node, BackwardCFunction)}
    if has(FUNCTION_CLASS) and not any(isinstance(kind, type) and issubclass(kind, trial["Reverse"]) for kind in made):
        raise Wrong(
            f"Graf hasil `reverse` tidak melewati `Reverse`; yang ada di sana {y.grad_fn.name()}. "
            "Kembalikan `Reverse.apply(x, strength)`."
        )


def by_itself(trial: Trial) -> None:
    """Yang masuk ke `backward` milik `Reverse`, dan yang keluar dari sana."""
    kind, seen = trial["Reverse"], []
    name = "backward" if kind.vjp is torch.autograd.Function.vjp else "vjp"
    backward = getattr(kind, name)

    def watched(ctx: object, *gradients: torch.Tensor) -> object:
        sent = backward(ctx, *gradients)
        seen.append((gradients[0], sent[0] if isinstance(sent, tuple) else sent))
        return sent

    x = normal(SEEDS[0], 4).requires_grad_()
    weight = normal(SEEDS[1], 4)
    with patch.object(kind, name, staticmethod(watched)):
        _backward(_forward(trial, x, 2.5), x, weight.clone())
    for came, sent in seen:
        if told := differ("yang dikirim", sent, -2.5 * came):
            raise Wrong(
                f"Gradien di x memang tepat, tetapi bukan `Reverse` yang membaliknya: {told} Kait, `detach`, atau fungsi lain di luar kelas itu "
                "mengerjakan sisanya. `Reverse.backward` sendiri yang mengirim −`strength` · `grad_output`.".replace("`yang dikirim`", "yang dikirim `Reverse.backward`")
            )


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for kind, x in _inputs(seed, dtype):
                got = _forward(trial, x, 2.5)
                if told := differ("y", got, x, 0.0):
                    raise Wrong(f"Maju, {kind} seharusnya keluar tanpa berubah. {told} {_value_advice(got, x)}".strip())


def _value_advice(got: torch.Tensor, x: torch.Tensor) -> str:
    slips = {
        "Yang dibalik hanya gradiennya, di `backward`; nilainya tetap.": -x,
        "`strength` hanya dipakai di `backward`.": 2.5 * x,
        "`strength` dan tanda minus hanya dipakai di `backward`.": -2.5 * x,
    }
    return next((advice for advice, slip in slips.items() if differ("", got, slip) is None), "")


def gradient(trial: Trial) -> None:
    for dtype in TYPES:
        for number, strength in enumerate(STRENGTHS):
            for kind, x in _inputs(SEEDS[number % 2], dtype):
                x = x.detach().requires_grad_()
                weight = normal(SEEDS[0] + 1, *x.shape, dtype=dtype)
                want = -strength * weight
                (got,) = _backward(_forward(trial, x, strength), x, weight.clone())
                if told := differ("x.grad", got, want, scale=1.0):
                    raise Wrong(f"Gradien {kind} dengan `strength` {strength} belum tepat. {told} {_gradient_advice(got, weight, strength)}")


def _gradient_advice(got: object, weight: torch.Tensor, strength: float) -> str:
    slips = {
        "Gradiennya diteruskan begitu saja: kalikan dengan −`strength`.": weight,
        "Tanda minusnya belum ada.": strength * weight,
        "Tanda `strength` hilang: angka itu boleh negatif, dan gradiennya lalu diteruskan tanpa dibalik.": -abs(strength) * weight,
        "`strength` belum dipakai: kalikan dengan −`strength`, bukan dengan −1.": -weight,
        "`backward` Anda tidak memakai `grad_output`: gradien yang datang dari kanan harus dikalikan dengan −`strength`.": -strength * torch.ones_like(weight),
        "`strength` terkalikan dua kali.": -strength * strength * weight,
        "`grad_output` terkalikan dua kali.": -strength * weight * weight,
        "`grad_output` dibagi `strength`, bukan dikalikan.": -weight / (strength or 1),
        "`strength` dikurangkan dari `grad_output`, padahal seharusnya dikalikan.": weight - strength,
    }
    fits = [advice for advice, slip in slips.items() if differ("", got, slip, scale=1.0) is None]
    if differ("", got, -strength * weight, 1e-6, scale=1.0) is None:
        fits.append("Bedanya hanya pembulatan: `torch.tensor(strength)` menjadi float32. Titipkan angka Python itu sendiri di `ctx`.")
    return next(iter(fits), "Yang dikirim ke x adalah −`strength` · `grad_output`.")


def incoming_gradient(trial: Trial) -> None:
    x = normal(SEEDS[0], 4).requires_grad_()
    weight = normal(SEEDS[1], 4)
    kept = weight.clone()
    _backward(_forward(trial, x, 2.5), x, weight)
    if not torch.equal(weight, kept):
        raise Wrong(
            "`backward` Anda mengubah `grad_output` di tempat. Tensor itu bukan milik Anda: jalan lain di graf memakai "
            "tensor yang sama. Hitung yang baru, misalnya `-ctx.strength * grad_output`."
        )


def repeated(trial: Trial) -> None:
    a, b = normal(SEEDS[0], 4).requires_grad_(), normal(SEEDS[1], 4).requires_grad_()
    weight = normal(5, 4)
    left, right = _forward(trial, a, 0.5), _forward(trial, b, 2.0)
    for name, y, x, strength in (("a", left, a, 0.5), ("b", right, b, 2.0)):
        (got,) = _backward(y, x, weight.clone(), retain_graph=True)
        if told := differ(f"{name}.grad", got, -strength * weight):
            raise Wrong(
                f"`reverse(a, 0.5)` lalu `reverse(b, 2.0)`, dan sesudah itu gradien `{name}` keliru. {told} Kedua panggilan "
                "berbagi satu simpanan. Simpan `strength` di `ctx`, bukan di kelas atau di variabel global."
            )
    (again,) = _backward(left, a, weight.clone())
    if told := differ("a.grad", again, -0.5 * weight):
        raise Wrong(f"Mundur kedua kali lewat graf yang sama memberi gradien lain. {told} `backward` mengubah simpanannya di `ctx`.")


def second_derivative(trial: Trial) -> None:
    lost = (
        "Gradien yang keluar dari `backward` Anda tidak tersambung ke `grad_output`, jadi tidak bisa diturunkan lagi. NumPy, "
        "`detach`, `.data`, `no_grad`, dan `@once_differentiable` memutusnya. Kalikan `grad_output` langsung, dengan operasi PyTorch."
    )
    x = normal(SEEDS[0], 4).requires_grad_()
    weight, pull = normal(11, 4).requires_grad_(), normal(12, 4)
    (g,) = _backward(_forward(trial, x, 2.5), x, weight, create_graph=True)
    if not g.requires_grad:
        raise Wrong(lost)
    try:
        (got,) = torch.autograd.grad(g, weight, pull, allow_unused=True)
    except RuntimeError as error:
        if "once_differentiable" not in str(error):
            raise
        raise Wrong(lost) from error
    if got is None:
        raise Wrong(lost)
    if told := differ("turunan backward terhadap grad_output", got, -2.5 * pull):
        raise Wrong(f"Turunan pertama tepat, tetapi turunan `backward` belum. {told} `backward` linear: turunannya −`strength`.")
    x = normal(SEEDS[1], 4).requires_grad_()
    (g,) = _backward(_forward(trial, x, 2.5).pow(3), x, torch.ones(4, dtype=x.dtype), create_graph=True)
    (got,) = torch.autograd.grad(g, x, pull, allow_unused=True)
    if told := differ("turunan kedua reverse(x, 2.5)³", got, pull * 2.5**2 * 6 * x.detach()):
        raise Wrong(f"Turunan kedua belum tepat. {told} {lost}")


def _inputs(seed: int, dtype: torch.dtype) -> Iterator[tuple[str, torch.Tensor]]:
    for shape in SHAPES:
        x = normal(seed, *shape, dtype=dtype)
        yield f"masukan berbentuk {shape}", x
        yield f"masukan berbentuk {shape} yang tidak bersambung di memori", strided(x)
        if x.ndim and x.numel():
            yield f"masukan hasil `expand` dari bentuk {tuple(x[:1].shape)}", x[:1].expand(3, *shape[1:])


def _forward(trial: Trial, x: torch.Tensor, strength: float) -> torch.Tensor:
    try:
        y = trial.call("reverse", x, strength)
    except (TypeError, RuntimeError) as error:
        told = next((told for part, told in CRASHES.items() if part in str(error)), None)
        if told is None:
            raise
        raise Wrong(told) from error
    if not isinstance(y, torch.Tensor):
        raise Wrong(f"`reverse` seharusnya mengembalikan tensor, bukan {type(y).__name__}. Kembalikan `Reverse.apply(x, strength)`.")
    return y


def _backward(y: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, **options: bool) -> Sequence[torch.Tensor]:
    """The gradient for x; the message of torch about a forgotten None is told in the words of the lesson."""
    try:
        got = torch.autograd.grad(y, x, weight, allow_unused=True, **options)
    except RuntimeError as error:
        faults = {
            "incorrect number of gradients": "Banyaknya nilai yang dikembalikan `backward` Anda keliru.",
            "gradient different than None": "`backward` Anda mengirim gradien untuk `strength`, yang bukan tensor.",
            "expected Variable or None": "Gradien yang dikirim `backward` Anda bukan tensor; −`strength` masih harus dikalikan `grad_output`.",
        }
        fault = next((told for part, told in faults.items() if part in str(error)), None)
        if fault is None:
            raise
        raise Wrong(
            f"{fault} `forward` punya dua argumen sesudah `ctx`, jadi `backward` mengembalikan dua nilai menurut urutannya: "
            "gradien untuk x, lalu `None` untuk `strength`.",
            check="gradient",
        ) from error
    if got[0] is None:
        raise Wrong("Tidak ada gradien yang sampai ke x: `backward` mengirim `None` untuk x. Kirim −`strength` · `grad_output`.", check="gradient")
    return got


def _nodes(y: torch.Tensor) -> Iterator[torch.autograd.graph.Node]:
    stack, seen = [y.grad_fn], set()
    while stack:
        node = stack.pop()
        if node is not None and node not in seen:
            seen.add(node)
            yield node
            stack += [parent for parent, _ in node.next_functions]


CHECKS = (custom_function, used, values, gradient, incoming_gradient, by_itself, repeated, second_derivative)
