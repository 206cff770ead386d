"""Latihan 02: sigmoid sebagai fungsi autograd kustom, dengan turunan pertama dan kedua."""

from typing import Any
from unittest.mock import patch

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ, numbers
from jejak.tasks.turunan_sigmoid import (
    LOST,
    compare,
    far_advice,
    first,
    first_advice,
    second,
    second_advice,
    value_advice,
)
from jejak.trial import Trial, needs
from jejak.verdict import Wrong
from jejak.watch import state
from jejak.watch.blame import first_line
from jejak.watch.snapshot import same

FAR = (-1e4, -1000.0, -200.0, -100.0, -89.0, -20.0, 0.0, 20.0, 89.0, 100.0, 200.0, 1000.0, 1e4)
SHAPES = ((), (1,), (6,), (3, 4), (1, 4), (3, 1), (2, 1, 5), (2, 3, 2, 2))


@needs("MySigmoid")
def custom_function(trial: Trial) -> None:
    thing = trial["MySigmoid"]
    if not (isinstance(thing, type) and issubclass(thing, torch.autograd.Function)):
        raise Wrong("`MySigmoid` seharusnya kelas turunan `torch.autograd.Function`: `class MySigmoid(torch.autograd.Function)`.")


def used(trial: Trial) -> None:
    """Gradien yang dikalikan empat di `MySigmoid` menjadi empat kali lipat pula di x."""
    x = normal(SEEDS[0], 5).requires_grad_()
    y = trial.call("my_sigmoid", x)
    if not isinstance(y, torch.Tensor):
        raise Wrong(f"`my_sigmoid` seharusnya mengembalikan tensor, bukan {type(y).__name__}.")
    if not y.requires_grad:
        raise Wrong(
            "Hasil `my_sigmoid` tidak punya graf, walaupun masukannya meminta gradien. Panggil fungsinya lewat "
            "`MySigmoid.apply(x)`, tanpa `detach` dan `no_grad`; `MySigmoid.forward` saja tidak dicatat."
        )
    kind = trial["MySigmoid"]
    name = "backward" if kind.vjp is torch.autograd.Function.vjp else "vjp"
    backward = getattr(kind, name)

    def enlarged(ctx: Any, *gradients: torch.Tensor) -> Any:
        found = backward(ctx, *gradients)
        parts = found if isinstance(found, tuple) else (found,)
        return tuple(4 * part if isinstance(part, torch.Tensor) else part for part in parts)

    once = _derivative(y, x, torch.ones_like(y))
    x = normal(SEEDS[0], 5).requires_grad_()
    with patch.object(kind, name, staticmethod(enlarged)):
        y = trial.call("my_sigmoid", x)
        larger = _derivative(y, x, torch.ones_like(y))
    if differ("", larger, 4 * once, 1e-3):
        end = y.grad_fn.name() if y.grad_fn else "x sendiri"
        raise Wrong(
            f"Gradien hasil `my_sigmoid` tidak melewati `MySigmoid`, atau hanya sebagian. Di ujung grafnya ada {end}. "
            "Kembalikan `MySigmoid.apply(x)`."
        )


def _derivative(y: torch.Tensor, x: torch.Tensor, pull: torch.Tensor, **options: Any) -> torch.Tensor:
    """The gradient of y at x; `pull` is copied, since a `backward` may write into it."""
    (got,) = torch.autograd.grad(y, x, pull.clone(), allow_unused=True, **options)
    if got is None:
        raise Wrong(
            "Tidak ada gradien yang sampai ke x: yang kembali `None`. Apakah `return` di `backward` terlupa? Atau hasil "
            "`my_sigmoid` bukan dari x ini, karena `detach` atau karena hasil lama disimpan?",
            check="first_derivative",
        )
    return got


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 7, dtype=dtype, scale=3)
            got = trial.call("my_sigmoid", x)
            if told := compare("y", got, torch.sigmoid(x)):
                raise Wrong(f"Nilainya belum tepat. {told} {value_advice(x, got)}")


def first_derivative(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            plain, weight = normal(seed, 5, dtype=dtype, scale=2), normal(seed + 1, 5, dtype=dtype)
            x = plain.clone().requires_grad_()
            got = _derivative(trial.call("my_sigmoid", x), x, weight)
            if told := compare("x.grad", got, weight * first(plain)):
                raise Wrong(f"Turunan pertama belum tepat. {told} {first_advice(plain, weight, got)}")


def untouched(trial: Trial) -> None:
    x = normal(SEEDS[0], 4).requires_grad_()
    weight = normal(SEEDS[1], 4)
    y = trial.call("my_sigmoid", x)
    before = state.read()
    held = {
        "`grad_output`": (weight, "Tensor itu bukan milik Anda: jalan lain di graf memakainya juga."),
        "`x`": (x, "Tensor itu milik pemanggil."),
        "hasil `my_sigmoid`": (y, "Hasil itu sudah di tangan pemanggil, dan yang Anda simpan adalah tensor yang sama."),
    }
    kept = {name: tensor.detach().clone() for name, (tensor, _) in held.items()}
    torch.autograd.grad(y, x, weight)
    for name, (tensor, why) in held.items():
        if not same(tensor.detach(), kept[name]):
            raise Wrong(
                f"`backward` Anda mengubah {name} di tempat. {why} Hitung yang baru, misalnya `grad_output * s`, "
                "tanpa `*=` dan tanpa nama yang berakhir dengan `_`."
            )
    if left := state.changed(before):
        raise Wrong(f"`backward` Anda meninggalkan {left[0]} dalam keadaan lain. Itu sakelar untuk seluruh program: hapus baris itu.")


def repeated(trial: Trial) -> None:
    a, b = normal(SEEDS[0], 4).requires_grad_(), normal(SEEDS[1], 4).requires_grad_()
    weight = normal(5, 4)
    left = trial.call("my_sigmoid", a)
    right = trial.call("my_sigmoid", b)
    want = weight * first(a.detach())
    if told := compare("a.grad", _derivative(left, a, weight, retain_graph=True), want):
        raise Wrong(
            f"`my_sigmoid(a)` lalu `my_sigmoid(b)`, dan sesudah itu gradien `a` keliru. {told} Simpanan dari panggilan "
            "kedua menimpa yang pertama. Simpan di `ctx`, bukan di kelas atau di variabel global."
        )
    try:
        told = compare("a.grad", _derivative(left, a, weight), want)
    except (AttributeError, RuntimeError) as error:
        told = f"Galatnya `{first_line(error)}`."
    if told:
        raise Wrong(
            f"Mundur kedua kali lewat graf yang sama (`retain_graph=True`) gagal. {told} `backward` Anda mengubah atau "
            "membuang simpanannya. Biarkan simpanan itu utuh."
        )
    if told := compare("b.grad", _derivative(right, b, weight), weight * first(b.detach())):
        raise Wrong(f"Gradien `b` keliru sesudah gradien `a` dihitung. {told} Simpan di `ctx`: satu simpanan untuk setiap panggilan.")


def second_derivative(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 5, dtype=dtype, scale=2).requires_grad_()
            weight, pull = normal(11, 5, dtype=dtype).requires_grad_(), normal(12, 5, dtype=dtype)
            by_x, by_weight = _second(trial.call("my_sigmoid", x), x, weight, pull)
            plain, given = x.detach(), weight.detach()
            if told := compare("turunan kedua", by_x, pull * given * second(plain)):
                raise Wrong(f"Turunan pertama tepat, turunan kedua belum. {told} {second_advice(plain, given, pull, by_x)}")
            if told := compare("turunan", by_weight, pull * first(plain)):
                raise Wrong(
                    f"Hasil `backward` juga diturunkan terhadap `grad_output`, dan itu belum tepat. {told} Kalikan "
                    "`grad_output` dengan turunan lokal, tanpa `detach`, `.item()`, dan NumPy. Kalau `backward` memanggil fungsi "
                    "autograd kedua, `backward` fungsi itu mengembalikan dua gradien."
                )


def _second(y: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, pull: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What the result of `backward` gives, derived by x and by grad_output."""
    try:
        (g,) = torch.autograd.grad(y, x, weight, create_graph=True)
        by_x, by_weight = torch.autograd.grad(g, (x, weight), pull, allow_unused=True)
    except RuntimeError as error:
        raise Wrong(f"Turunan kedua tidak dapat dihitung. {LOST} Galatnya `{first_line(error)}`.", check="second_derivative") from error
    if by_x is None or not by_x.any():
        raise Wrong(f"Turunan kedua hilang. {LOST}", check="second_derivative")
    return by_x, torch.zeros_like(weight) if by_weight is None else by_weight


def layouts(trial: Trial) -> None:
    for shape in SHAPES:
        x = normal(SEEDS[0], *shape, scale=2)
        forms = {"": x, " yang tidak bersambung di memori": strided(x)}
        if shape:
            forms[" hasil `expand`"] = x[:1].expand(3, *shape[1:])
        for kind, laid in forms.items():
            _laid(trial, f"masukan berbentuk {tuple(laid.shape)}{kind}", laid.detach().requires_grad_())


def _laid(trial: Trial, name: str, x: torch.Tensor) -> None:
    plain, pull = x.detach(), normal(12, *x.shape)
    for weight in (torch.ones((), dtype=x.dtype).expand(x.shape), strided(normal(SEEDS[1], *x.shape))):
        y = trial.call("my_sigmoid", x)
        if told := compare("y", y, torch.sigmoid(plain)):
            raise Wrong(f"Untuk {name} nilainya keliru. {told} Sigmoid bekerja unsur demi unsur, jadi bentuk apa pun sama saja.")
        weight = weight.detach().requires_grad_()
        got = _derivative(y, x, weight, retain_graph=True)
        if told := compare("x.grad", got, weight.detach() * first(plain)):
            raise Wrong(f"Untuk {name} gradiennya keliru. {told} Bentuk dan letak angka di memori boleh apa saja, juga milik `grad_output`.")
        by_x, _ = _second(y, x, weight, pull)
        if told := compare("turunan kedua", by_x, pull * weight.detach() * second(plain)):
            raise Wrong(f"Untuk {name} turunan keduanya keliru. {told} Hitung unsur demi unsur, untuk bentuk apa pun.")


def far_values(trial: Trial) -> None:
    for dtype in TYPES:
        x = torch.tensor(FAR, dtype=dtype, requires_grad=True)
        plain = x.detach()
        y = trial.call("my_sigmoid", x)
        (g,) = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)
        (h,) = torch.autograd.grad(g, x, torch.ones_like(g))
        cases = (("nilai", y, torch.sigmoid(plain)), ("turunan pertama", g, first(plain)), ("turunan kedua", h, second(plain)))
        for what, got, want in cases:
            for number, at in enumerate(FAR):
                if compare(what, got[number], want[number]):
                    told, right = numbers(got[number], want[number])
                    raise Wrong(f"Di x = {at:g} (dtype {dtype}) {what} `my_sigmoid` adalah {told}, seharusnya {right}. {far_advice(got)}")


CHECKS = (
    custom_function, used, values, first_derivative, untouched, repeated, second_derivative, layouts, far_values,
)  # fmt: skip
