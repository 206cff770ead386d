"""Deretan putaran di atas panggung: nilai yang dihasilkan setiap putaran, dan sumbangannya kepada .grad sebuah daun."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_viz.graph import Value
from autograd_viz.operations.notation import number_text
from autograd_viz.playing.film_turns import FilmTurns
from autograd_viz.playing.frames import TurnState
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.recording.events import Accumulate, Backward, Event, Forward, Gradient, InPlace
from autograd_viz.recording.loops import path
from autograd_viz.text.formatting import clean
from autograd_viz.text.value_text import as_operand, norm_of, scalar

ADDENDS = 8  # contributions that are written out as a sum
CLOSE = 1e-4  # how far, relatively, a sum of contributions may be from what the leaf received


class TurnName(NamedTuple):
    """Sebutan nilai satu putaran, misalnya h, dan daun yang menerima sumbangannya."""

    value: str = ""
    leaf: str = ""


class TurnStrip:
    """Nilai dan sumbangan setiap putaran film menurut nomor kejadian."""

    def __init__(self, steps: Sequence[Event], turns: FilmTurns, history: TensorHistory) -> None:
        self.turns, self.history = turns, history
        self.state: dict[int, TurnState] = {}
        self.parts: dict[int, Value | None] = {}  # what each turn has sent to its leaf so far
        self.leaves = _leaves(steps, turns, history)
        self.results: dict[int, list[tuple[int, Value]]] = {}  # by event
        self.names = [TurnName(leaf=self._name(self.leaves.get(turn.run))) for turn in turns.turns]
        for turn, (at, node, value) in _results(steps, turns, history).items():
            self.results.setdefault(at, []).append((turn, value))
            name = self._name(node)
            self.names[turn] = self.names[turn]._replace(value=name if value.shape == () else f"‖{name or '·'}‖")

    def _name(self, node: int | None) -> str:
        return clean(self.history.graph.nodes[node].name or "") if node is not None else ""

    def apply(self, number: int, event: Event) -> Iterator[TurnState]:
        """Putaran-putaran yang berubah oleh kejadian ke-`number`."""
        for turn, value in self.results.get(number, ()):
            yield self._set(turn, value=_text(value))
        if not isinstance(event, Gradient) or not _adds(event, self.history):
            return
        for turn in reversed(path(self.turns.turns, self.turns.events[number])):
            leaf = self.leaves.get(self.turns.turns[turn].run)
            for flow in event.sent:
                if flow.node == leaf and leaf is not None and flow.value is not None:
                    self.parts[turn] = _plus(self.parts[turn], flow.value) if turn in self.parts else flow.value
                    yield self._set(turn, grad=_text(self.parts[turn]), size=_size(self.parts[turn]))

    def _set(self, turn: int, **fields: str | float) -> TurnState:
        self.state[turn] = self.state.get(turn, TurnState(turn))._replace(**fields)  # type: ignore[arg-type]
        return self.state[turn]

    def sum_of(self, event: Accumulate) -> str:
        """Kalimat tentang gradien sebuah daun sebagai jumlah sumbangan putaran; kosong bila tidak tepat demikian."""
        for run in dict.fromkeys(turn.run for turn in self.turns.turns):
            if self.leaves.get(run) != event.node:
                continue
            own = [number for number, turn in enumerate(self.turns.turns) if turn.run == run and turn.single]
            parts = [scalar(self.parts.get(turn)) for turn in own]
            whole = scalar(event.value)
            if not 2 <= len(own) <= ADDENDS or whole is None or any(part is None for part in parts):
                continue
            total = math.fsum(part for part in parts if part is not None)
            if abs(total - whole) <= CLOSE * max(abs(part) for part in parts if part is not None):
                first, last = (self.turns.turns[turn].label for turn in (own[0], own[-1]))
                written = " + ".join([_text(self.parts[own[0]]), *(as_operand(self.parts[turn]) for turn in own[1:])])
                name = self._name(event.node) or "daun ini"
                return f"Gradien {name} dari {first} sampai {last}: {written} = {number_text(whole)}."
        return ""


def _adds(step: Gradient, history: TensorHistory) -> bool:
    """Whether what arrives at a leaf is added to its .grad; torch.autograd.grad only returns it."""
    call = history.calls.get(step.round)
    return call is None or call.call != "grad"


def _is_sum(step: Accumulate) -> bool:
    """Whether what reached the leaf is the sum of what was sent; of a large tensor its mean tells."""
    parts = [_numbers(part.value) for part in step.parts]
    whole = _numbers(step.value)
    if not parts or whole is None or any(part is None for part in parts):
        return True
    sums = [math.fsum(one) for one in zip(*(part for part in parts if part is not None), strict=True)]
    largest = max((abs(number) for part in parts for number in part or ()), default=0.0)
    return all(abs(one - other) <= CLOSE * max(largest, abs(other)) for one, other in zip(sums, whole, strict=True))


def _numbers(value: Value | None) -> list[float] | None:
    if value is None or not value.finite:
        return None
    if value.numbers is None:
        return None if value.mean is None else [value.mean]
    if any(isinstance(number, complex) for number in value.numbers):
        return None
    return [float(number.real) for number in value.numbers]


def _leaves(steps: Sequence[Event], turns: FilmTurns, history: TensorHistory) -> dict[int, int]:
    """Of each run the leaf that most of its turns send to; none that a hook has changed."""
    hooked = {step.node for step in steps if isinstance(step, Accumulate) and (step.hooked or not _is_sum(step))}
    senders: dict[int, dict[int, set[int]]] = {}
    for number, step in enumerate(steps):
        if isinstance(step, Gradient) and _adds(step, history):
            for turn in reversed(path(turns.turns, turns.events[number])):
                for flow in step.sent:
                    if flow.node in history.leaves and flow.node not in hooked and flow.value is not None:
                        run = turns.turns[turn].run
                        senders.setdefault(run, {}).setdefault(flow.node or 0, set()).add(turn)
    return {run: max(found, key=lambda leaf: (len(found[leaf]), -leaf)) for run, found in senders.items()}


def _results(
    steps: Sequence[Event], turns: FilmTurns, history: TensorHistory
) -> dict[int, tuple[int, int, Value]]:
    """What each turn comes to, and the event that makes it: what backward begins with, else the last named value."""
    found: dict[int, tuple[int, int, Value]] = {}
    computed: dict[int, tuple[int, int, Value]] = {}
    rank: dict[int, int] = {}
    for number, step in enumerate(steps):
        one: tuple[int, int, Value] | None = None
        weight = 0
        if isinstance(step, Forward | InPlace) and step.node is not None:
            value = history.value(step.node, number)
            if value is not None:
                one = computed[step.node] = number, step.node, value
                weight = 1 if history.graph.nodes[step.node].name else 0
        elif isinstance(step, Backward) and step.sent:
            one, weight = computed.get(step.sent[0].node if step.sent[0].node is not None else -1), 2
        if one is None:
            continue
        for turn in reversed(path(turns.turns, turns.events[number])):
            if weight >= rank.get(turn, 0):
                found[turn], rank[turn] = one, weight
    return found


def _plus(one: Value | None, other: Value) -> Value | None:
    """The sum where all numbers are known."""
    if one is None or one.numbers is None or other.numbers is None:
        return None
    numbers = tuple(a + b for a, b in zip(one.numbers, other.numbers, strict=True))
    return one._replace(numbers=numbers, low=None, high=None, mean=None, norm=None)


def _size(value: Value | None) -> float:
    found = norm_of(value) or 0.0
    return float(f"{found:.4g}") if math.isfinite(found) else 0.0


def _text(value: Value | None) -> str:
    if value is None:
        return "?"
    if not value.finite:
        return "nan/inf"
    number = scalar(value)
    return number_text(number if number is not None else _size(value))
