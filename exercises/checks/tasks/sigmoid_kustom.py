"""Latihan 02: sigmoid sebagai fungsi autograd kustom, dengan turunan pertama dan kedua."""

from collections.abc import Iterator

import torch

from exercises.checks.data import SEEDS, TYPES, normal, strided
from exercises.checks.difference import differ
from exercises.checks.trial import Trial, needs
from exercises.checks.verdict import Wrong

ROOM = {torch.float64: 1e-11, torch.float32: 2e-6}
FAR = (-1e4, -1000.0, -200.0, -100.0, -89.0, -20.0, 0.0, 20.0, 89.0, 100.0, 200.0, 1000.0, 1e4)
SHAPES = ((), (1,), (6,), (3, 4), (2, 1, 5), (2, 3, 2, 2), (0, 3))


def first(x: torch.Tensor) -> torch.Tensor:
    s = torch.sigmoid(x)
    return s * torch.sigmoid(-x)


def second(x: torch.Tensor) -> torch.Tensor:
    return first(x) * (torch.sigmoid(-x) - torch.sigmoid(x))


def _differ(name: str, got: object, want: torch.Tensor) -> str | None:
    return differ(name, got, want, ROOM[want.dtype], scale=1.0)


@needs("MySigmoid")
def custom_function(trial: Trial) -> None:
    thing = trial["MySigmoid"]
    if not (isinstance(thing, type) and issubclass(thing, torch.autograd.Function)):
        raise Wrong("`MySigmoid` seharusnya kelas turunan `torch.autograd.Function`: `class MySigmoid(torch.autograd.Function)`.")


def used(trial: Trial) -> None:
    x = normal(SEEDS[0], 3).requires_grad_()
    y = trial.call("my_sigmoid", x)
    if not isinstance(y, torch.Tensor):
        raise Wrong(f"`my_sigmoid` seharusnya mengembalikan tensor, bukan {type(y).__name__}.")
    if y.grad_fn is None:
        raise Wrong(
            "Hasil `my_sigmoid` tidak punya graf, walaupun masukannya meminta gradien. "
            "Panggil fungsinya lewat `MySigmoid.apply(x)`; `MySigmoid.forward` saja tidak dicatat."
        )
    made = {getattr(type(node), "_forward_cls", None) for node in _nodes(y)}
    if not any(isinstance(kind, type) and issubclass(kind, trial["MySigmoid"]) for kind in made):
        raise Wrong(
            f"Graf hasil `my_sigmoid` tidak melewati `MySigmoid`; yang ada di sana {y.grad_fn.name()}. "
            "Kembalikan `MySigmoid.apply(x)`."
        )


def _nodes(y: torch.Tensor) -> Iterator[torch.autograd.graph.Node]:
    stack, seen = [y.grad_fn], set()
    while stack:
        node = stack.pop()
        if node is not None and node not in seen:
            seen.add(node)
            yield node
            stack += [parent for parent, _ in node.next_functions]


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 7, dtype=dtype, scale=3)
            if told := _differ("y", trial.call("my_sigmoid", x), torch.sigmoid(x)):
                raise Wrong(f"Nilainya belum tepat. {told} Masukannya {x[0].item():.4g} dan seterusnya.")


def first_derivative(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 5, dtype=dtype, scale=2).requires_grad_()
            weight = normal(seed + 1, 5, dtype=dtype)
            (got,) = torch.autograd.grad(trial.call("my_sigmoid", x), x, weight)
            want = weight * first(x.detach())
            if told := _differ("x.grad", got, want):
                raise Wrong(f"Turunan pertama belum tepat. {told} {_first_advice(x.detach(), weight, got)}")


def _first_advice(x: torch.Tensor, weight: torch.Tensor, got: torch.Tensor) -> str:
    s = torch.sigmoid(x)
    slips = {
        "`backward` Anda tidak memakai `grad_output`: gradien yang datang dari kanan harus dikalikan dengan turunan lokal.": first(x),
        "`backward` Anda meneruskan `grad_output` begitu saja: kalikan dengan turunan lokal, s · (1 − s).": weight,
        "Faktor (1 − s) belum ada: turunan sigmoid adalah s · (1 − s).": weight * s,
        "Faktor s belum ada: turunan sigmoid adalah s · (1 − s).": weight * (1 - s),
        "Anda menulis s² di tempat s: turunan sigmoid adalah s · (1 − s).": weight * s * (1 - s * s),
        "Rumus s · (1 − s) diisi dengan x, bukan dengan s = sigmoid(x). Yang disimpan seharusnya hasil `forward`.": weight * x * (1 - x),
        "`grad_output` terkalikan dua kali.": weight * weight * first(x),
        "Sigmoid dihitung dua kali: yang disimpan sudah s, tetapi `backward` menghitung sigmoid(s).": weight * first(s),
    }
    for advice, slip in slips.items():
        if _differ("", got, slip) is None:
            return advice
    return "Turunan sigmoid adalah s · (1 − s), dikalikan `grad_output`."


def incoming_gradient(trial: Trial) -> None:
    x = normal(SEEDS[0], 4).requires_grad_()
    weight = normal(SEEDS[1], 4)
    kept = weight.clone()
    y = trial.call("my_sigmoid", x)
    torch.autograd.grad(y, x, weight)
    if not torch.equal(weight, kept):
        raise Wrong(
            "`backward` Anda mengubah `grad_output` di tempat. Tensor itu bukan milik Anda: jalan lain di graf memakai "
            "tensor yang sama. Hitung yang baru, misalnya `grad_output * s`."
        )


def repeated(trial: Trial) -> None:
    a, b = normal(SEEDS[0], 4).requires_grad_(), normal(SEEDS[1], 4).requires_grad_()
    weight = normal(5, 4)
    left = trial.call("my_sigmoid", a)
    right = trial.call("my_sigmoid", b)
    (got,) = torch.autograd.grad(left, a, weight, retain_graph=True)
    if told := _differ("a.grad", got, weight * first(a.detach())):
        raise Wrong(
            f"`my_sigmoid(a)` lalu `my_sigmoid(b)`, dan sesudah itu gradien `a` keliru. {told} Simpanan dari panggilan "
            "kedua menimpa yang pertama. Simpan di `ctx`, bukan di kelas atau di variabel global."
        )
    (again,) = torch.autograd.grad(left, a, weight)
    if told := _differ("a.grad", again, weight * first(a.detach())):
        raise Wrong(f"Mundur kedua kali lewat graf yang sama memberi gradien lain. {told} `backward` mengubah simpanannya.")
    torch.autograd.grad(right, b, weight)


def second_derivative(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            _second_derivative(trial, normal(seed, 5, dtype=dtype, scale=2).requires_grad_())


def _second_derivative(trial: Trial, x: torch.Tensor) -> None:
    weight = normal(11, len(x), dtype=x.dtype).requires_grad_()
    pull = normal(12, len(x), dtype=x.dtype)
    y = trial.call("my_sigmoid", x)
    (g,) = torch.autograd.grad(y, x, weight, create_graph=True)
    lost = (
        "Turunan kedua hilang: bagi autograd hasil `backward` Anda hanyalah angka, tidak tersambung ke x. Hitungan di "
        "`forward`, NumPy, `detach`, dan `@once_differentiable` tidak tercatat. Simpan masukan atau hasil dengan "
        "`ctx.save_for_backward`, dan hitung turunannya dengan operasi PyTorch di dalam `backward`."
    )
    if not g.requires_grad:
        raise Wrong(lost)
    by_x, by_weight = torch.autograd.grad(g, (x, weight), pull, allow_unused=True)
    plain = x.detach()
    if by_x is None or not by_x.any():
        raise Wrong(lost)
    for name, got, want in (
        ("turunan kedua terhadap x", by_x, pull * weight.detach() * second(plain)),
        ("turunan backward terhadap grad_output", by_weight, pull * first(plain)),
    ):
        if got is None:
            raise Wrong(f"Tidak ada {name}: `backward` memutus `grad_output` dari grafnya (`detach`, `.item()`, NumPy).")
        if told := _differ(name, got, want):
            raise Wrong(f"Turunan pertama tepat, tetapi turunan kedua belum. {told} Turunan kedua sigmoid adalah "
                        f"s · (1 − s) · (1 − 2s). {lost if name.endswith('x') else ''}".strip())


def layouts(trial: Trial) -> None:
    for shape in SHAPES:
        x = normal(SEEDS[0], *shape, scale=2)
        for kind, laid in (("", x), (" yang tidak bersambung di memori", strided(x)), *_expanded(x)):
            laid = laid.detach().requires_grad_()
            y = trial.call("my_sigmoid", laid)
            name = f"masukan berbentuk {shape}{kind}"
            if told := _differ("y", y, torch.sigmoid(laid.detach())):
                raise Wrong(f"Untuk {name} nilainya keliru. {told} Sigmoid bekerja unsur demi unsur, jadi bentuk apa pun sama saja.")
            (got,) = torch.autograd.grad(y.sum(), laid)
            if told := _differ("x.grad", got, first(laid.detach())):
                raise Wrong(f"Untuk {name} gradiennya keliru. {told}")


def _expanded(x: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
    return [(" hasil `expand`", x[:1].expand(3, *x.shape[1:]))] if x.ndim and x.numel() else []


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
                if told := _differ(f"my_sigmoid({at:g})", got[number], want[number]):
                    raise Wrong(f"Di x = {at:g} ({str(dtype).removeprefix('torch.')}) {what} keliru. {told} {_far_advice(got)}")


def _far_advice(got: torch.Tensor) -> str:
    if got.isfinite().all():
        return "Membatasi x dengan `clamp` menggeser nilai yang sah; sigmoid terhingga untuk semua x tanpa itu."
    return (
        "exp dari angka besar meluap menjadi Inf, lalu Inf / Inf atau 0 · Inf menjadi NaN. "
        "Pakai exp(−|x|), yang tidak pernah lebih dari 1, atau turunkan lewat s, bukan lewat exp."
    )


CHECKS = (
    custom_function, used, values, first_derivative, incoming_gradient, repeated, second_derivative, layouts, far_values,
)  # fmt: skip
