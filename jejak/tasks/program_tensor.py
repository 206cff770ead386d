"""Program acak dari operasi tensor: dijalankan dengan torch dan dengan mesin pelajar, langkah demi langkah."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy
import torch

from jejak.data import normal
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.engine import without_autograd

ROOM = 1e-9
Shape = tuple[int, ...]


class Step(NamedTuple):
    """One operation: what it is called, the values that it takes by their numbers, and what else it is given."""

    op: str
    inputs: tuple[int, ...]
    given: tuple[Any, ...] = ()


class Program(NamedTuple):
    """Leaves, which of them need a gradient, and what is computed from them; the last step gives a scalar."""

    leaves: tuple[torch.Tensor, ...]
    needs: tuple[bool, ...]
    steps: tuple[Step, ...]


# How an operation is written, and how torch computes it; the first five are written alike for the learner's engine.
WRITTEN: Mapping[str, str] = {
    "+": "{0} + {1}", "*": "{0} * {1}", "@": "{0} @ {1}", "sum": "{0}.sum()", "relu": "{0}.relu()",
    "ubah_bentuk": "ubah_bentuk({0}, {1})", "transpos": "transpos({0})", "potong": "potong({0}, {1}, {2})",
    "angka": "{0} * {1}",
}  # fmt: skip
SAME: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b, "*": lambda a, b: a * b, "@": lambda a, b: a @ b, "sum": lambda a: a.sum(),
    "relu": lambda a: a.relu(), "angka": lambda a, number: a * number,
}  # fmt: skip
TORCH: Mapping[str, Callable[..., torch.Tensor]] = {
    **SAME,
    "ubah_bentuk": lambda a, shape: a.reshape(shape),
    "transpos": lambda a: a.T,
    "potong": lambda a, first, last: a[first:last],
}
VIEWS = ("ubah_bentuk", "transpos", "potong")


def name_of(program: Program, number: int) -> str:
    """Sebutan sebuah nilai: daun dengan huruf, hasil dengan t1, t2, …"""
    count = len(program.leaves)
    return "abcdefgh"[number] if number < count else f"t{number - count + 1}"


def written(program: Program, steps: int | None = None) -> str:
    """Program seperti yang ditulis pelajar."""
    count = len(program.leaves)
    lines = []
    for place, step in enumerate(program.steps[:steps]):
        parts = [name_of(program, one) for one in step.inputs] + [str(one) for one in step.given]
        lines.append(f"{name_of(program, count + place)} = {WRITTEN[step.op].format(*parts)}")
    return "; ".join(lines)


def told_of(program: Program) -> str:
    """Bentuk setiap daun."""
    return ", ".join(
        f"{name_of(program, at)} {tuple(leaf.shape)}{'' if needs else ' tanpa gradien'}"
        for at, (leaf, needs) in enumerate(zip(program.leaves, program.needs, strict=True))
    )


def contents(thing: object, name: str) -> torch.Tensor:
    """Isi sebuah tensor pelajar, apa pun wadahnya.

    Galat: `Wrong` bila isinya bukan bilangan.
    """
    if isinstance(thing, torch.Tensor):
        return thing.detach()
    try:
        return torch.from_numpy(numpy.array(thing))
    except (TypeError, ValueError):
        raise Wrong(f"`{name}` seharusnya berisi angka: sebuah tensor torch, larik NumPy, atau bilangan; milik Anda {show(thing)}.") from None


class Mine:
    """A program as the learner's engine runs it, and what torch makes of it."""

    def __init__(self, trial: Trial, program: Program) -> None:
        self.trial, self.program = trial, program
        torch_leaves = [leaf.clone().requires_grad_(needs) for leaf, needs in zip(program.leaves, program.needs, strict=True)]
        self.theirs = list(torch_leaves)
        with without_autograd():
            self.mine = [
                trial.call("Tensor", leaf.clone(), requires_grad=needs)
                for leaf, needs in zip(program.leaves, program.needs, strict=True)
            ]
        self.count = len(self.mine)

    def forward(self, check: str = "") -> None:
        """Setiap langkah; nilainya langsung dibandingkan.

        Galat: `Wrong` pada langkah pertama yang berbeda.
        """
        for place, step in enumerate(self.program.steps):
            self.theirs.append(TORCH[step.op](*(self.theirs[one] for one in step.inputs), *step.given))
            name = name_of(self.program, self.count + place)
            text = written(self.program, place + 1).rpartition("; ")[2]
            inputs = [self.mine[one] for one in step.inputs]
            with without_autograd():
                if step.op in SAME:
                    self.trial.note(text)
                    found = SAME[step.op](*inputs, *step.given)
                else:
                    found = self.trial.call(step.op, *inputs, *step.given)
            if not hasattr(found, "data"):
                raise Wrong(f"Hasil `{text}` seharusnya sebuah `Tensor` dengan `.data`; milik Anda {show(found)}.", check=check)
            self.mine.append(found)
            if told := differ(f"{name}.data", contents(found.data, f"{name}.data"), self.theirs[-1].detach(), ROOM):
                raise Wrong(f"Maju, pada `{text}` (daun: {told_of(self.program)}): {told}", check=check,
                            mend=f"Nilai `{text}` sama dengan nilai torch untuk masukan yang sama.")  # fmt: skip

    def backward(self, theirs: bool = True) -> None:
        """Mundur dari nilai terakhir, pada keduanya."""
        if theirs:
            self.theirs[-1].backward(retain_graph=True)
        self.trial.note(f"{name_of(self.program, len(self.mine) - 1)}.backward()")
        with without_autograd():
            self.mine[-1].backward()

    def first_difference(self, constants: bool = False) -> tuple[int, str] | None:
        """Daun pertama yang gradiennya berbeda, dan bedanya; dengan `constants` juga yang tidak meminta gradien."""
        for at, needs in enumerate(self.program.needs):
            name, want = f"{name_of(self.program, at)}.grad", self.theirs[at].grad
            if needs and want is None:
                want = torch.zeros_like(self.program.leaves[at])
            got = getattr(self.mine[at], "grad", None)
            if not needs:
                if constants and got is not None:
                    return at, f"`{name}` berisi {show(got)}, seharusnya `None`: daun ini tidak meminta gradien."
                continue
            if got is None:
                if want is not None and not want.any():
                    continue
                return at, f"`{name}` masih `None`."
            if want is not None and (told := differ(name, contents(got, name), want, ROOM)):
                return at, told
        return None

    def gradient(self, at: int) -> torch.Tensor | None:
        """Gradien di sebuah daun pelajar."""
        got = getattr(self.mine[at], "grad", None)
        return None if got is None else contents(got, "grad")


def single(op: str, seed: int, weighted: bool = True) -> Program:
    """Satu operasi saja; hasilnya diberi bobot tetap supaya gradiennya tidak semua 1, atau hanya dijumlahkan."""
    shapes: Mapping[str, tuple[Shape, ...]] = {"@": ((2, 3), (3, 4)), "sum": ((2, 3),), "relu": ((2, 3),)}
    own = shapes.get(op, ((2, 3), (2, 3)))
    leaves = [normal(seed + at, *shape) for at, shape in enumerate(own)]
    count = len(leaves)
    inputs = tuple(range(count))
    if op == "sum":
        times = (Step("*", (2, 1)),) if weighted else ()
        return Program((*leaves, normal(seed + 7))[: 1 + weighted], (True, False)[: 1 + weighted], (Step("sum", inputs), *times))
    if op == "relu":
        leaves[0][0, 0] = leaves[0][1, 2] = 0.0  # at the kink nothing passes
    if not weighted:
        return Program(tuple(leaves), (True,) * count, (Step(op, inputs), Step("sum", (count,))))
    out = SAME[op](*leaves)
    weights = normal(seed + 7, *out.shape)
    steps = (Step(op, inputs), Step("*", (count + 1, count)), Step("sum", (count + 2,)))
    return Program((*leaves, weights), (True,) * count + (False,), steps)


def chosen(seed: int, ops: Sequence[str], shapes: Sequence[Shape], length: int, broadcast: bool = False) -> Program:
    """Program acak: setiap langkah memakai nilai yang sudah ada."""
    rng = random.Random(seed)
    leaves = [normal(100 * seed + at, *rng.choice(shapes)) for at in range(rng.randint(2, 4))]
    needs = [True, *(rng.random() < 0.7 for _ in leaves[1:])]
    values, steps = list(leaves), list[Step]()
    while len(steps) < length:
        step = _fitting(rng, ops, values, broadcast)
        if step is not None:
            steps.append(step)
            values.append(TORCH[step.op](*(values[one] for one in step.inputs), *step.given))
    while len(steps) > 0:  # all ends that are not used yet are joined into one sum
        used = {one for step in steps for one in step.inputs}
        ends = [at for at in range(len(values)) if at not in used and (at >= len(leaves) or needs[at])]
        if len(ends) == 1 and values[ends[0]].ndim == 0:
            break
        loose = next((at for at in ends if values[at].ndim), None)
        step = Step("sum", (loose,)) if loose is not None else Step("+", (ends[0], ends[1]))
        steps.append(step)
        values.append(TORCH[step.op](*(values[one] for one in step.inputs)))
    return Program(tuple(leaves), tuple(needs), tuple(steps))


def _fitting(rng: random.Random, ops: Sequence[str], values: Sequence[torch.Tensor], broadcast: bool) -> Step | None:
    """A step that these values allow and that stays small; None if the dice fell badly."""
    op = rng.choice(ops)
    pick = partial(rng.choice, [at for at in range(len(values)) if values[at].abs().max() < 50])
    one = values[first := pick()]
    if op in ("+", "*", "@"):
        other = values[second := pick()]
        if op == "@" and not (one.ndim == other.ndim == 2 and one.shape[1] == other.shape[0]):
            return None
        try:
            size = torch.broadcast_shapes(one.shape, other.shape) if op != "@" else (one.shape[0], other.shape[1])
        except RuntimeError:
            return None
        fits = op == "@" or one.shape == other.shape or broadcast
        return Step(op, (first, second)) if fits and len(size) <= 3 and max(size, default=1) <= 12 else None
    if op == "relu":
        return Step("relu", (first,))
    if op == "transpos":
        return Step(op, (first,)) if one.ndim == 2 else None
    if op == "potong":
        return Step(op, (first,), (1, max(2, one.shape[0] - 1))) if one.ndim and one.shape[0] >= 2 else None
    if op == "ubah_bentuk":
        return Step(op, (first,), (tuple(one.shape[::-1]) if one.ndim == 2 else (1, one.numel()),)) if one.ndim else None
    if op == "angka":
        return Step(op, (first,), (rng.choice((-1, 2, 0.5)),))
    return None
