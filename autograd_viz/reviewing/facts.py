"""Isi rekaman yang disusun untuk ditanya: siapa memakai siapa, kapan dibuat, kapan gradiennya lewat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from autograd_viz.graph import Edge, Node, Value
from autograd_viz.operations.notation import number_text
from autograd_viz.recording.circumstances import Clipped, ModuleCalled, Observation, Scaled
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Event,
    Forward,
    Gradient,
    InPlace,
    OptimizerStep,
    RecordingData,
)
from autograd_viz.recording.source import Place, statement

# What only moves numbers: its result holds the same ones as its input.
MOVING = frozenset(
    f"{name}Backward{digit}"
    for name in "T View Transpose Permute Unsqueeze Squeeze UnsafeView ReshapeAlias Alias Clone Expand Select".split()
    for digit in range(3)
)
NAMED = 4  # names in a sentence


class Round(NamedTuple):
    """Satu backward: langkah pertama dan terakhirnya, akarnya, simpul yang dijalankan, dan daun yang dicapai."""

    number: int
    begin: int
    end: int
    start: Backward
    roots: tuple[int, ...]
    ran: dict[int, Gradient]
    reached: dict[int, Accumulate]


class Step(NamedTuple):
    """Satu langkah optimizer dan letaknya di antara langkah-langkah rekaman."""

    at: int
    event: OptimizerStep


class Facts:
    """Sebuah rekaman yang siap ditanya."""

    def __init__(self, data: RecordingData) -> None:
        self.data = data
        self.nodes: Sequence[Node] = data.graph.nodes
        self.steps: Sequence[Event] = data.steps
        self.seen: Sequence[Observation] = data.circumstances.observations
        self.inputs: dict[int, list[Edge]] = {}
        self.uses: dict[int, list[Edge]] = {}
        for edge in data.graph.edges:
            self.inputs.setdefault(edge.target, []).append(edge)
            self.uses.setdefault(edge.source, []).append(edge)
        self.made: dict[int, int] = {}
        self.making: dict[int, Forward | InPlace] = {}
        self.optimizer_steps: list[Step] = []
        for at, step in enumerate(self.steps):
            if isinstance(step, Forward | InPlace) and step.node is not None and step.node not in self.made:
                if self.nodes[step.node].role != "leaf":
                    self.made[step.node], self.making[step.node] = at, step
            elif isinstance(step, OptimizerStep):
                self.optimizer_steps.append(Step(at, step))

    @cached_property
    def story(self) -> list[tuple[int, Event | Observation]]:
        """Langkah dan pengamatan menurut urutannya; pengamatan mendahului langkah bernomor sama."""
        told: list[tuple[int, Event | Observation]] = []
        waiting = list(self.seen)
        for at, step in enumerate(self.steps):
            while waiting and waiting[0].at <= at:
                told.append((at, waiting.pop(0)))
            told.append((at, step))
        return told + [(len(self.steps), one) for one in waiting]

    @cached_property
    def rounds(self) -> list[Round]:
        """Setiap backward menurut urutannya."""
        found: dict[int, Round] = {}
        for at, step in enumerate(self.steps):
            match step:
                case Backward():
                    roots = tuple(flow.node for flow in step.sent if flow.node is not None)
                    found[step.round] = Round(step.round, at, at, step, roots, {}, {})
                case Gradient():
                    found[step.round].ran[step.node] = step
                    found[step.round] = found[step.round]._replace(end=at)
                case Accumulate():
                    found[step.round].reached[step.node] = step
                    found[step.round] = found[step.round]._replace(end=at)
        return list(found.values())

    @cached_property
    def ran(self) -> dict[int, list[int]]:
        """Setiap simpul yang pernah dijalankan mesin, dan nomor urut backward-nya."""
        found: dict[int, list[int]] = {}
        for at, one in enumerate(self.rounds):
            for node in one.ran:
                found.setdefault(node, []).append(at)
        return found

    @cached_property
    def optimizers(self) -> dict[int, list[Step]]:
        """Langkah-langkah setiap optimizer."""
        found: dict[int, list[Step]] = {}
        for step in self.optimizer_steps:
            found.setdefault(step.event.number, []).append(step)
        return found

    @property
    def most_steps(self) -> int:
        """Langkah terbanyak yang terekam dari satu optimizer; tanpa optimizer, banyaknya backward."""
        backwards = sum(one.start.call == "backward" for one in self.rounds)
        return max(map(len, self.optimizers.values()), default=backwards)

    @cached_property
    def trained(self) -> set[int]:
        """Daun yang dipegang sebuah optimizer yang melangkah."""
        return {
            change.node for step in self.optimizer_steps for change in step.event.changes if change.node is not None
        }

    @cached_property
    def calls(self) -> list[ModuleCalled]:
        """Pemanggilan modul terluar."""
        return [one for one in self.seen if isinstance(one, ModuleCalled)]

    @cached_property
    def scaled(self) -> bool:
        """Apakah sebuah GradScaler memperbesar loss."""
        return any(isinstance(one, Scaled) and one.call == "scale" and one.scale > 1 for one in self.seen)

    @cached_property
    def clips(self) -> list[Clipped]:
        """Pemotongan gradien."""
        return [one for one in self.seen if isinstance(one, Clipped)]

    def accumulated(self, leaf: int) -> list[tuple[int, Accumulate]]:
        """Gradien-gradien yang sampai di sebuah daun, dan nomor urut backward-nya."""
        return [(at, one.reached[leaf]) for at, one in enumerate(self.rounds) if leaf in one.reached]

    def above(self, node: int) -> set[int]:
        """Semua simpul di hulu sebuah simpul, termasuk simpul itu."""
        return _reach(node, self.inputs, "source")

    def below(self, node: int) -> set[int]:
        """Semua simpul di hilir sebuah simpul, termasuk simpul itu."""
        return _reach(node, self.uses, "target")

    def source(self, node: int) -> int:
        """Simpul yang angkanya dipindahkan saja sampai ke simpul ini."""
        while self.nodes[node].op in MOVING and len(self.inputs.get(node, ())) == 1:
            node = self.inputs[node][0].source
        return node

    def result(self, node: int) -> Value | None:
        """Nilai sebuah simpul saat dihitung."""
        step = self.making.get(node)
        if isinstance(step, Forward):
            return step.values[0] if step.values else None
        return self.nodes[node].value

    def loss(self, one: Round) -> float | None:
        """Isi akar sebuah backward, bila berupa satu bilangan."""
        value = self.result(one.roots[0]) if len(one.roots) == 1 else None
        if value is None or not value.numbers or len(value.numbers) != 1 or isinstance(value.numbers[0], complex):
            return None
        return float(value.numbers[0])

    def place_of(self, node: int) -> Place | None:
        """Tempat langkah yang membuat simpul itu; None bila ia tidak dibuat selama rekaman."""
        return self.making[node].place if node in self.making else None

    def line(self, place: Place | None) -> str:
        """Baris kode sebuah tempat, beserta nomornya."""
        text = statement(self.data.sources, place)
        if place is None or text is None:
            return "baris yang tidak diketahui"
        several = f"{self.data.sources[place.source].title}, " if len(self.data.sources) > 1 else ""
        return f"{several}baris {place.line}, `{' '.join(text.split())}`"

    def name(self, node: int) -> str:
        """Nama sebuah simpul; bila tidak ada, bentuknya."""
        found = self.nodes[node]
        return found.name or f"tensor berbentuk {found.shape}"

    def names(self, nodes: Sequence[int]) -> str:
        """Beberapa nama, sisanya sebagai bilangan."""
        shown = [f"`{self.name(node)}`" for node in nodes[:NAMED]]
        rest = len(nodes) - len(shown)
        return ", ".join(shown) + (f", dan {rest} lainnya" if rest else "")


def _reach(node: int, edges: dict[int, list[Edge]], side: str) -> set[int]:
    found, left = {node}, [node]
    while left:
        for edge in edges.get(left.pop(), ()):
            other: int = getattr(edge, side)
            if other not in found:
                found.add(other)
                left.append(other)
    return found


def norm(value: Value | None) -> float | None:
    """Norma sebuah nilai yang terhingga; None bila tidak terbaca."""
    return None if value is None or not value.finite else value.norm


def is_zero(value: Value | None) -> bool:
    """Apakah semua unsurnya nol.

    >>> is_zero(Value((2,), "float32", (0.0, 0.0), norm=0.0)), is_zero(None)
    (True, False)
    """
    return norm(value) == 0


def number(value: float | None) -> str:
    """Sebuah bilangan untuk dibaca."""
    return "?" if value is None else number_text(value)


def differs(before: Value | None, after: Value | None) -> bool:
    """Apakah isi sebuah tensor sungguh berubah."""
    return before is not None and after is not None and before != after


def pairs(step: OptimizerStep) -> Iterator[tuple[int, float | None]]:
    """Setiap parameter sebuah langkah dan norma .grad yang dipakainya."""
    for change, update in zip(step.changes, step.updates, strict=True):
        if change.node is not None:
            yield change.node, update.grad
