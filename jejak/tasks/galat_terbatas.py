"""Latihan 54: loss Huber sebagai fungsi autograd kustom: gradien loss kuadrat yang dipotong menurut nilai."""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Wrong

SAME = (((4,), (4,)), ((2, 3), (2, 3)), ((), ()))
BROADCAST = (((3, 2), (2,)), ((3, 2), (3, 1)), ((3, 2), ()), ((2,), (3, 2)), ((1, 3), (2, 1)))
DELTAS = (1.0, 0.3)
ROOM = {torch.float64: 1e-9, torch.float32: 1e-4}
Shapes = tuple[tuple[int, ...], tuple[int, ...]]


class Case(NamedTuple):
    pred: torch.Tensor
    target: torch.Tensor
    v: torch.Tensor
    delta: float
    told: str


def _cases(shapes: tuple[Shapes, ...]) -> Iterator[Case]:
    for dtype in TYPES:
        for seed in SEEDS:
            for (a, b), delta in ((pair, delta) for pair in shapes for delta in DELTAS):
                pred = normal(seed, *a, dtype=dtype, scale=2.0).requires_grad_()
                target = normal(seed + 1, *b, dtype=dtype).requires_grad_()
                v = normal(seed + 2, *torch.broadcast_shapes(a, b), dtype=dtype)
                yield Case(pred, target, v, delta, f"Untuk pred {a}, target {b}, delta {delta}: ")


def _value(pred: torch.Tensor, target: torch.Tensor, delta: float) -> torch.Tensor:
    e = pred - target
    return torch.where(e.abs() <= delta, e**2 / 2, delta * (e.abs() - delta / 2))


def value(trial: Trial) -> None:
    for case in _cases(SAME + BROADCAST):
        want = _value(case.pred, case.target, case.delta).detach()
        if told := differ("huber(...)", trial.call("huber", case.pred, case.target, case.delta), want, ROOM[want.dtype]):
            raise Wrong(f"{case.told}{told} Di dalam batas e²/2; di luar batas delta × (|e| − delta/2).")


def custom(trial: Trial) -> None:
    case = next(_cases(SAME))
    y = trial.call("huber", case.pred, case.target, case.delta)
    if y.grad_fn is None:
        raise Wrong("Hasilnya tidak punya `grad_fn`: fungsinya harus dipanggil lewat `.apply`, di luar `no_grad`.")
    if not isinstance(y.grad_fn, torch.autograd.function.BackwardCFunction):
        raise Wrong(f"`grad_fn` hasilnya `{y.grad_fn.name()}`, buatan PyTorch. Di sini `backward`-nya Anda tulis sendiri, di sebuah `torch.autograd.Function`.")


def gradient(trial: Trial) -> None:
    _gradients(trial, SAME)


def broadcast(trial: Trial) -> None:
    _gradients(trial, BROADCAST)


def _gradients(trial: Trial, shapes: tuple[Shapes, ...]) -> None:
    for case in _cases(shapes):
        leaves = (case.pred, case.target)
        want = torch.autograd.grad(_value(*leaves, case.delta), leaves, case.v)
        y, kept = trial.call("huber", *leaves, case.delta), case.v.clone()
        got = torch.autograd.grad(y, leaves, case.v, allow_unused=True)
        if not torch.equal(case.v, kept):
            raise Wrong(f"{case.told}`backward` menimpa gradien yang datang; yang lain masih memakainya. Buat tensor baru.")
        for name, mine, right in zip(("pred", "target"), got, want):
            if mine is None:
                raise Wrong(f"{case.told}gradien `{name}` tidak ada (`None`). Target pun bisa berupa hasil sebuah model.")
            if told := differ(f"gradien {name}", mine, right, ROOM[right.dtype]):
                raise Wrong(f"{case.told}{told} {_advice(case, mine, name == 'target')}")


def _advice(case: Case, mine: torch.Tensor, other: bool) -> str:
    e = (case.pred - case.target).detach()
    sign, clipped = (-1 if other else 1), e.clamp(-case.delta, case.delta)
    slips = {
        "Gradien yang datang belum ikut dikalikan.": sign * clipped,
        "Gradien ini belum dipotong: di luar batas besarnya tetap delta.": sign * case.v * e,
        "Di luar batas gradiennya bukan 0, melainkan delta bertanda.": sign * case.v * e * (e.abs() <= case.delta),
        "Yang dipotong hasil kali dengan gradien yang datang; yang dijepit hanya selisihnya.": sign * (case.v * e).clamp(-case.delta, case.delta),
    }
    shape = case.target.shape if other else case.pred.shape
    near = (advice for advice, slip in slips.items() if differ("", mine, slip.sum_to_size(shape), 1e-4) is None)
    return next(near, "Gradien: yang datang × selisih yang dijepit di antara −delta dan delta.")


def second(trial: Trial) -> None:
    for case in _cases(SAME[:2]):
        y = trial.call("huber", case.pred, case.target, case.delta)
        first, = torch.autograd.grad(y.sum(), case.pred, create_graph=True)
        want = ((case.pred - case.target).abs() <= case.delta).to(case.pred.dtype)
        got = torch.autograd.grad(first.sum(), case.pred, allow_unused=True)[0] if first.requires_grad else None
        if told := differ("turunan kedua", torch.zeros_like(case.pred) if got is None else got, want, ROOM[want.dtype]):
            raise Wrong(f"{case.told}gradiennya tepat, tetapi {told} Yang disimpan untuk mundur harus masukannya; hasil antara yang dihitung di `forward` "
                        "tidak punya jalan ke masukan.")


CHECKS = (value, custom, gradient, broadcast, second)
