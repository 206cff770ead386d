"""Latihan 53: langkah gradien yang tetap tercatat, sehingga lajunya sendiri bisa diturunkan."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.models import network
from jejak.trial import Trial, needs
from jejak.verdict import Advice, Wrong

ROOM = {torch.float64: 1e-8, torch.float32: 1e-3}
STEPS = (1, 2, 3)
NEAR = 0.02  # so close comes a difference quotient
Tensor = torch.Tensor
Function = Callable[[Tensor], Tensor]


class Case(NamedTuple):
    f: Function
    g: Function
    w: Tensor
    lr: Tensor
    k: int
    told: str


def _bowl(seed: int, n: int, dtype: torch.dtype) -> Function:
    root, centre = normal(seed, n, n, dtype=dtype), normal(seed + 1, n, dtype=dtype)
    return lambda w: ((root @ (w - centre)) ** 2).sum() / 4


def _bent(seed: int, n: int, dtype: torch.dtype) -> Function:
    slant = normal(seed, n, dtype=dtype)
    return lambda w: (torch.sin(w) * slant).sum() + w.prod() / 3 + (w**4).sum() / 40


def _line(seed: int, n: int, dtype: torch.dtype) -> Function:
    slant = normal(seed, n, dtype=dtype)
    return lambda w: (w * slant).sum()


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        single = dtype == torch.float32
        for seed in SEEDS[:1] if single else SEEDS:
            for n, k in ((3, 2),) if single else ((2, 1), (3, 2), (2, 3), (1, 2)):
                for f, g in ((_bowl, _bent), (_bent, _bowl)):
                    w = normal(seed + 5, n, dtype=dtype).requires_grad_()
                    lr = torch.tensor(0.1, dtype=dtype, requires_grad=True)
                    yield Case(f(seed, n, dtype), g(seed + 2, n, dtype), w, lr, k, f"Dengan {n} angka di w dan {k} langkah")


def _forward(f: Function, w: Tensor, lr: Tensor, k: int, graph: bool = True, sign: float = -1.0, at_start: bool = False) -> Tensor:
    """The point after k steps; what is not recorded, or taken elsewhere, makes a known mistake of it."""
    point = w
    for _ in range(k):
        at = w if at_start else point
        slope, = torch.autograd.grad(f(at), at, create_graph=True)
        point = point + sign * lr * (slope if graph else slope.detach())
    return point


def _reached(case: Case, **other: Any) -> Tensor:
    return _forward(case.f, case.w, case.lr, case.k, **other)


def _rate(case: Case, judge: Function, **other: Any) -> Tensor:
    return torch.autograd.grad(judge(_reached(case, **other)), case.lr)[0]


def _last_only(case: Case) -> Tensor:
    before = _forward(case.f, case.w, case.lr, case.k - 1).detach().requires_grad_()
    return torch.autograd.grad(case.g(_forward(case.f, before, case.lr, 1)), case.lr)[0]


Slips = Sequence[tuple[Advice, Callable[[Case], Tensor]]]
FRESH = "Gradien langkah berikutnya dihitung lagi, di titik yang baru."
POINTS: Slips = (
    (Advice("Semua langkah memakai gradien di titik awal.", FRESH), partial(_reached, at_start=True)),
    (Advice("Langkahnya searah gradien, jadi f naik.", "titik − lr · gradien."), partial(_reached, sign=1.0)),
    (Advice("Itu titik sesudah satu langkah kurang.", "Ulangi tepat k kali."), lambda case: _reached(case._replace(k=case.k - 1))),
    (Advice("Itu titik sesudah satu langkah lebih.", "Ulangi tepat k kali."), lambda case: _reached(case._replace(k=case.k + 1))),
    (Advice("Itu satu langkah saja.", FRESH), lambda case: _reached(case._replace(k=1))),
    (Advice("`lr` tidak dipakai.", "Kalikan gradien dengan `lr`."), lambda case: _reached(case._replace(lr=torch.ones_like(case.lr)))),
)
CREATE = "Gradien di dalam langkah harus ikut tercatat: `create_graph=True`."
RATES: Slips = (
    (Advice("Gradien di dalam langkah Anda perlakukan sebagai angka. Titik tempat ia dihitung juga bergantung pada lr.", CREATE),
     lambda case: _rate(case, case.g, graph=False)),
    (Advice("Hanya langkah terakhir yang diturunkan; langkah sebelumnya terputus.", "Jangan putus titiknya di antara dua langkah."), _last_only),
    (Advice("Yang diturunkan f di titik akhir, bukan g.", "Laju dinilai dengan g."), lambda case: _rate(case, case.f)),
    (Advice("Itu turunan g di titik awal.", "g dihitung di titik sesudah k langkah."), lambda case: torch.zeros_like(case.lr)),
    (Advice("Yang dikembalikan arah turunnya.", "Turunan biasa terhadap lr, tanpa tanda minus."), lambda case: -_rate(case, case.g)),
)  # fmt: skip


def _advice(slips: Slips, got: object, want: Tensor, case: Case, otherwise: str) -> Advice:
    room = 1e-6 if want.dtype == torch.float64 else 2e-3
    for advice, slip in slips:
        wrong = slip(case).detach()
        if differ("", got, wrong, room) is None and differ("", wrong, want, room):
            return advice
    return Advice("", otherwise)


@needs("maju")
def point(trial: Trial) -> None:
    for case in _cases():
        want = _reached(case).detach()
        got = trial.call("maju", case.f, case.w, case.lr, case.k)
        if told := differ("titik", got, want, ROOM[want.dtype]):
            cause, mend = _advice(POINTS, got, want, case, FRESH)
            raise Wrong(f"{case.told}: {told} {cause}".strip(), mend=mend)


@needs("maju")
def connected(trial: Trial) -> None:
    """Jalan dari titik akhir ke w dan lr, termasuk lewat gradien di tengah."""
    for case in _cases():
        v, leaves = normal(9, *case.w.shape, dtype=case.w.dtype), (case.w, case.lr)
        want = torch.autograd.grad(_reached(case), leaves, v)
        got_point = trial.call("maju", case.f, case.w, case.lr, case.k)
        if not got_point.requires_grad:
            raise Wrong("Titik akhirnya tepat, tetapi tidak punya graf: tidak ada jalan ke w maupun lr.",
                        mend="Jangan pakai `no_grad`, `detach`, atau pembaruan di tempat; setiap titik tensor baru yang tercatat.")  # fmt: skip
        got = torch.autograd.grad(got_point, leaves, v, allow_unused=True)
        plain = torch.autograd.grad(_reached(case, graph=False), leaves, v)
        for name, mine, right, cut in zip(("w", "lr"), got, want, plain):
            if mine is None:
                raise Wrong(f"{case.told}: titik akhirnya tepat, tetapi dari sana tidak ada jalan ke {name}.", mend="Mulailah dari w sendiri, bukan salinannya, dan kalikan dengan lr sebagai tensor.")
            if told := differ(f"gradien terhadap {name}", mine, right, ROOM[right.dtype]):
                lost = differ("", mine, cut, 1e-5 if right.dtype == torch.float64 else 2e-3) is None
                why = "Gradien di dalam langkah berlaku sebagai angka." if lost else "Sebagian jalannya hilang."
                raise Wrong(f"{case.told}: titik akhirnya tepat, tetapi {told} {why}", mend=CREATE if lost else "Jangan putus titiknya di antara dua langkah.")


def rate(trial: Trial) -> None:
    for case in _cases():
        want = _rate(case, case.g)
        got = trial.call("lereng_laju", case.f, case.g, case.w, case.lr, case.k)
        if isinstance(got, (tuple, list)):
            raise Wrong("`lereng_laju` seharusnya mengembalikan satu tensor; milik Anda tuple.", mend="`torch.autograd.grad` mengembalikan tuple; ambil yang pertama.")
        if told := differ("lereng laju", got, want, ROOM[want.dtype]):
            cause, mend = _advice(RATES, got, want, case, "Turunan g di titik sesudah k langkah, terhadap lr.")
            if isinstance(got, Tensor) and not cause and differ("", got, want, NEAR) is None:
                cause = "Sedekat ini, tetapi tidak tepat: itu selisih hingga. Mintalah kepada autograd."
            raise Wrong(f"{case.told}: {told} {cause}".strip(), mend=mend)


def line(trial: Trial) -> None:
    """Fungsi linear: gradiennya tidak bergantung pada titik."""
    w, lr = normal(3, 2).requires_grad_(), torch.tensor(0.2, dtype=torch.float64, requires_grad=True)
    case = Case(_line(4, 2, w.dtype), _bowl(5, 2, w.dtype), w, lr, 2, "Untuk f linear")
    got = trial.call("lereng_laju", *case[:5])
    if told := differ("lereng laju", got, _rate(case, case.g), ROOM[w.dtype]):
        raise Wrong(f"{case.told}: {told}", mend="Gradien fungsi linear tetap, tetapi titiknya tetap bergeser menurut lr.")


def untouched(trial: Trial) -> None:
    """Parameter di dalam f dan g milik pemanggil."""
    f, g = network(SEEDS[0], 2, 3, 1), network(SEEDS[1], 2, 3, 1)
    for kept in (None, 1.0):
        for model in (f, g):
            for parameter in model.parameters():
                parameter.grad = None if kept is None else torch.full_like(parameter, kept)
        w, lr = normal(7, 2).requires_grad_(), torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
        for name, args in (("maju", (lambda w: f(w).sum(), w, lr, 2)), ("lereng_laju", (lambda w: f(w).sum(), lambda w: g(w).sum(), w, lr, 2))):
            trial.call(name, *args)
            for owner, model in (("f", f), ("g", g)):
                for inner, parameter in model.named_parameters():
                    if not _holds(parameter.grad, kept):
                        raise Wrong(f"Sesudah `{name}`, `.grad` milik parameter `{inner}` di dalam {owner} berubah.",
                                    mend="`backward()` mengisi setiap daun di graf. `torch.autograd.grad` hanya mengembalikan yang ditanyakan.")  # fmt: skip


def _holds(grad: Tensor | None, number: float | None) -> bool:
    return grad is None if number is None else grad is not None and torch.equal(grad, torch.full_like(grad, number))


CHECKS = (point, connected, rate, line, untouched)
