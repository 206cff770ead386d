"""Latihan 51: satu langkah dengan bobot yang diputus, selisih yang bentuknya benar, dan pembaruan di tempat."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from numbers import Real
from typing import Any, NamedTuple

import torch

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial, needs
from jejak.verdict import Advice, Wrong

SIZES = ((4, 2), (5, 3), (1, 2), (3, 1), (3, 3))  # rows, columns
RATES = (0.1, 0.03)
STEPS = 3
ROOM = {torch.float64: 1e-9, torch.float32: 1e-4}
Tensor = torch.Tensor


class Case(NamedTuple):
    w: Tensor
    b: Tensor
    x: Tensor
    y: Tensor
    lr: float
    told: str


class Moved(NamedTuple):
    """What a step gives back and leaves behind."""

    loss: Tensor
    w: Tensor
    b: Tensor


def _cases(dtypes: tuple[torch.dtype, ...] = TYPES) -> Iterator[Case]:
    for dtype in dtypes:
        for seed in SEEDS:
            for (n, d), lr in zip(SIZES, RATES * len(SIZES)):
                w, b = (normal(seed + k, *shape, dtype=dtype).requires_grad_() for k, shape in enumerate(((d,), ())))
                x, y = normal(seed + 2, n, d, dtype=dtype), normal(seed + 3, n, 1, dtype=dtype, scale=2.0)
                yield Case(w, b, x, y, lr, f"Untuk x berbentuk ({n}, {d}), lr {lr:g}")


def _error(case: Case) -> Tensor:
    return (case.x @ case.w + case.b).unsqueeze(1) - case.y


def _crossed(case: Case) -> Tensor:
    """Every prediction against every measurement: what broadcasting makes of (n) and (n, 1)."""
    return case.x @ case.w + case.b - case.y


def _trust(error: Tensor) -> Tensor:
    return 1 / (1 + error**2)


Loss = Callable[[Case], Tensor]
RIGHT: Loss = lambda case: (_trust(_error(case)).detach() * _error(case) ** 2).mean()  # noqa: E731
LOSSES: Mapping[Advice, Loss] = {
    Advice(
        "Itu gradien yang juga mengalir lewat kepercayaan: langkahnya ikut memperkecil kepercayaan itu sendiri.",
        "Kepercayaan sebuah angka di dalam loss: putus jalannya dengan `detach()`, atau hitung di dalam `no_grad`.",
    ): lambda case: (_trust(_error(case)) * _error(case) ** 2).mean(),
    Advice(
        "Setiap taksiran dibandingkan dengan setiap catatan: taksiran berbentuk (n) dan `y` berbentuk (n, 1), jadi selisihnya (n, n).",
        "Samakan bentuknya sebelum dikurangkan, dengan `unsqueeze(1)` pada taksiran atau `squeeze(1)` pada `y`.",
    ): lambda case: (_trust(_crossed(case)).detach() * _crossed(case) ** 2).mean(),
    Advice(
        "Kepercayaannya satu per catatan, tetapi selisih di dalam loss berbentuk (n, n), bukan (n, 1).",
        "Cetak bentuk selisih itu, dan samakan bentuk taksiran dengan `y` seperti di `kepercayaan`.",
    ): lambda case: (_trust(_error(case)).detach() * _crossed(case) ** 2).mean(),
    Advice("Itu jumlah atas semua catatan.", "Yang diminta rata-ratanya, jadi dibagi banyaknya baris."): lambda case: RIGHT(case) * len(case.x),
    Advice("Kepercayaannya belum ikut.", "Kalikan kuadrat setiap selisih dengan kepercayaan catatan itu."): lambda case: (_error(case) ** 2).mean(),
    Advice("Itu rata-rata tertimbang: dibagi jumlah kepercayaan.", "Yang diminta dibagi banyaknya catatan."): lambda case: (
        RIGHT(case) * len(case.x) / _trust(_error(case)).detach().sum()
    ),
    Advice("Kepercayaannya dikalikan dua kali.", "Sekali saja: u · e²."): lambda case: (_trust(_error(case)).detach() ** 2 * _error(case) ** 2).mean(),
    Advice("Yang diputus selisihnya, bukan kepercayaannya.", "Putus u, dan biarkan e² tercatat."): lambda case: (
        _trust(_error(case)) * _error(case).detach() ** 2
    ).mean(),
}  # fmt: skip


def _moved(case: Case, loss: Loss, step: float = 1.0, move_b: bool = True) -> Moved:
    value = loss(case)
    gw, gb = torch.autograd.grad(value, (case.w, case.b))
    far = step * case.lr
    return Moved(value.detach(), case.w.detach() - far * gw, case.b.detach() - (far * gb if move_b else 0))


# A step whose loss is right and whose parameters are not.
STEPS_GONE_WRONG: Mapping[Advice, Callable[[Case], Moved]] = {
    Advice("Langkahnya ke arah gradien, jadi loss naik.", "Kurangi, jangan tambah: w − lr · gradien."): lambda case: _moved(case, RIGHT, -1.0),
    Advice("`b` tidak bergeser.", "Kedua parameter bergeser, masing-masing menurut gradiennya."): lambda case: _moved(case, RIGHT, 1.0, False),
    Advice("Parameternya tidak bergeser sama sekali.", "Apakah yang diubah nama lain, salinan, atau tensor baru? Timpa isi `w` dan `b` sendiri di tempat."):
        lambda case: _moved(case, RIGHT, 0.0),
    Advice("Langkahnya tidak memakai `lr`.", "Kalikan gradien dengan `lr`."): lambda case: _moved(case, RIGHT, 1 / case.lr),
    Advice("Langkahnya separuh.", "Turunan e² adalah 2e; angka 2 itu ikut."): lambda case: _moved(case, RIGHT, 0.5),
}  # fmt: skip


@needs("kepercayaan")
def trust(trial: Trial) -> None:
    for case in _cases():
        got = trial.call("kepercayaan", *case[:4])
        want = _trust(_error(case)).detach()
        if told := differ("kepercayaan", got, want, ROOM[want.dtype]):
            crossed = isinstance(got, Tensor) and got.shape == _crossed(case).shape and len(case.x) > 1
            why = " Prediksi berbentuk (n) dan `y` berbentuk (n, 1) disiarkan menjadi tabel." if crossed else ""
            raise Wrong(f"{case.told}: {told}{why}", mend="Satu angka untuk setiap catatan, 1 / (1 + e²), dengan e = taksiran − y, sebentuk dengan `y`.")


@needs("kepercayaan")
def unrecorded(trial: Trial) -> None:
    case = next(_cases())
    got = trial.call("kepercayaan", *case[:4])
    if got.requires_grad:
        raise Wrong(
            "Hasil `kepercayaan` masih punya jalan ke w dan b (`requires_grad=True`). Siapa pun yang memakainya ikut menurunkan kepercayaan itu.",
            mend="Hitung seluruhnya di dalam `no_grad`, atau lepas hasilnya dengan `detach()`.",
        )


@needs("langkah")
def loss(trial: Trial) -> None:
    for case in _cases():
        before, want = _copy(case), RIGHT(case).detach()
        got = torch.tensor(_step(trial, case), dtype=want.dtype)
        if told := differ("loss", got, want, ROOM[want.dtype]):
            near = _same(LOSSES, partial(_costs, got, before))
            cause, mend = near or Advice("", "Loss: rata-rata dari kepercayaan kali kuadrat selisih, sebelum langkahnya.")
            raise Wrong(f"{case.told}: {told} {cause}".strip(), mend=mend)


@needs("langkah")
def update(trial: Trial) -> None:
    for case in _cases():
        before = _copy(case)
        want = _moved(before, RIGHT)
        _step(trial, case)
        for name, mine, right in (("w", case.w, want.w), ("b", case.b, want.b)):
            if told := differ(f"{name} sesudahnya", mine, right, ROOM[right.dtype]):
                slips = {advice: partial(_moved, loss=slip) for advice, slip in LOSSES.items()} | dict(STEPS_GONE_WRONG)
                near = _same(slips, partial(_lands, case, before))
                cause, mend = near or Advice("", "Setiap parameter bergeser sejauh −lr kali gradien loss terhadapnya.")
                raise Wrong(f"{case.told}: loss-nya tepat, tetapi {told} {cause}".strip(), mend=mend)


def _costs(got: Tensor, before: Case, slip: Loss) -> bool:
    """Whether the slip has this loss, and not the right one."""
    return differ("", got, slip(before), 1e-4) is None and differ("", slip(before), RIGHT(before), 1e-4) is not None


def _lands(case: Case, before: Case, slip: Callable[[Case], Moved]) -> bool:
    """Whether the slip brings the parameters to where they are now."""
    moved = slip(_copy(before))
    return all(differ("", mine, right, 1e-4) is None for mine, right in ((case.w, moved.w), (case.b, moved.b)))


def _same(slips: Mapping[Advice, Any], fits: Callable[[Any], bool]) -> Advice | None:
    return next((advice for advice, slip in slips.items() if fits(slip)), None)


@needs("langkah")
def leaves(trial: Trial) -> None:
    case = next(_cases())
    case.w.grad, case.b.grad = torch.full_like(case.w, 5.0), torch.full_like(case.b, 5.0)
    before = _copy(case)
    for number in range(1, STEPS + 1):
        want = _moved(before, RIGHT)
        _step(trial, case)
        for name, mine, right in (("w", case.w, want.w), ("b", case.b, want.b)):
            if not mine.is_leaf or not mine.requires_grad:
                what = "tidak lagi meminta gradien" if mine.is_leaf else "bukan lagi daun: pembaruannya ikut tercatat"
                raise Wrong(f"Sesudah langkah, `{name}` {what}.", mend="Timpa isinya di dalam `no_grad`; tandanya dibiarkan.")
            if told := differ(f"{name} sesudah langkah ke-{number}", mine, right, ROOM[right.dtype]):
                raise Wrong(
                    f"`.grad` semula berisi 5, atau sisa langkah sebelumnya. {told} Gradien lama ikut dipakai.",
                    mend="`backward()` menambahkan. Kosongkan `.grad` sebelum dan sesudahnya, atau minta gradiennya dengan `torch.autograd.grad`.",
                )
        before = before._replace(w=want.w.requires_grad_(), b=want.b.requires_grad_())
    fresh = next(_cases())
    _step(trial, fresh)
    for name, leaf in (("w", fresh.w), ("b", fresh.b)):
        if leaf.grad is not None and leaf.grad.any():
            raise Wrong(f"Sesudah langkah `{name}.grad` masih berisi {show(leaf.grad)}, dan akan ikut di langkah berikutnya milik siapa pun.",
                        mend="Kosongkan dengan `= None` sesudah dipakai, atau pakai `torch.autograd.grad`, yang tidak mengisinya.")  # fmt: skip


def _step(trial: Trial, case: Case) -> float:
    got = trial.call("langkah", *case[:5], changes=(0, 1))
    if isinstance(got, Real) and not isinstance(got, bool):
        return float(got)
    graph = " Selama ia disimpan, seluruh grafnya ikut tersimpan." if isinstance(got, Tensor) and got.requires_grad else ""
    raise Wrong(f"`langkah` seharusnya mengembalikan loss sebagai bilangan Python; milik Anda {show(got)}.{graph}", check="loss",
                mend="Ambil angkanya dengan `.item()`.")  # fmt: skip


def _copy(case: Case) -> Case:
    return case._replace(w=case.w.detach().clone().requires_grad_(), b=case.b.detach().clone().requires_grad_())


CHECKS = (trust, unrecorded, loss, update, leaves)
