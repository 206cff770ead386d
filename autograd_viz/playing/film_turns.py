"""Putaran perulangan yang diceritakan film: semuanya bila sedikit; di perulangan panjang sebagian menjadi satu."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import Event, Forward, Gradient, InPlace
from autograd_viz.recording.loops import Turn, path, turn_label
from autograd_viz.recording.node_turns import turns_of_nodes
from autograd_viz.recording.recording import Recording
from autograd_viz.text.turn_names import through

MOST = 160  # turns of one loop that can be opened in a film
CARDS = 480  # of all turns that can be opened on a page; beyond, neighbours between them become one
ENDS = 3  # the first two and the last turn, which are always told


class FilmTurn(NamedTuple):
    """Satu putaran film, atau beberapa yang menjadi satu (`first` sampai `last`, bernomor dari 0).

    `run` membedakan pelaksanaan perulangan, `loop` perulangannya, `outer` putaran film yang melingkupinya.
    """

    label: str
    run: int
    loop: int
    first: int
    last: int
    outer: int | None = None

    @property
    def single(self) -> bool:
        """Apakah ini satu putaran saja."""
        return self.first == self.last


class FilmTurns(NamedTuple):
    """Putaran-putaran film, dan putaran film setiap kejadian dan setiap simpul rekaman."""

    turns: tuple[FilmTurn, ...] = ()
    events: tuple[int | None, ...] = ()
    nodes: dict[int, int] = {}


class _Run(NamedTuple):
    """One run of a loop: its turns, the pages that they reach, and the turn around it."""

    turns: list[int]
    pages: set[int]
    outer: int | None


def film_turns(run: Recording, pages: Sequence[range], shown: Container[int], told: Container[int]) -> FilmTurns:
    """Putaran film sebuah rekaman.

    `pages` kejadian setiap halaman; `shown` halaman yang ditampilkan, `told` yang diceritakan langkah demi langkah.
    """
    data, nodes = run.data, turns_of_nodes(run.steps)
    at = [_place(step, nodes) for step in run.steps]
    direct = [0] * len(data.turns)
    reached: list[set[int]] = [set() for _ in data.turns]
    for number, page in enumerate(pages):
        for event in page:
            for turn in path(data.turns, at[event]):
                reached[turn].add(number)
            here = at[event]
            if here is not None and isinstance(run.steps[event], Forward | InPlace):
                direct[here] += 1
    runs: dict[int, _Run] = {}
    for number, one in enumerate(data.turns):
        known = runs.setdefault(one.run, _Run([], set(), one.outer))
        known.turns.append(number)
        known.pages.update(reached[number])
    choice = _Choice(data.turns, runs, direct)
    for run_number, one_run in runs.items():
        if one_run.outer is None or len(runs[data.turns[one_run.outer].run].pages) > 1:
            if len(one_run.pages) > 1:
                choice.kept[run_number] = [t for t in one_run.turns if any(page in shown for page in reached[t])]
            elif one_run.pages and all(page in told for page in one_run.pages):
                choice.allot(run_number, CARDS)
    turns, of = _numbered(run, runs, choice.kept)
    return FilmTurns(
        tuple(turns),
        tuple([None if turn is None else of[turn] for turn in at]),
        {node: found for node, turn in nodes.items() if (found := of[turn]) is not None},
    )


def _place(step: Event, nodes: dict[int, int]) -> int | None:
    """The turn that an event shows: a gradient crosses what was computed in its own turn."""
    shown = step.node if isinstance(step, Gradient | Recompute) else None
    return step.turn if shown is None else nodes.get(shown, step.turn)


class _Choice:
    """The turns of each run that stand for themselves; of runs that are not here nothing is told."""

    def __init__(self, turns: Sequence[Turn], runs: dict[int, _Run], direct: Sequence[int]) -> None:
        self.runs, self.direct = runs, direct
        self.inner: dict[int, list[int]] = {}
        self.kept: dict[int, list[int]] = {}
        for number, run in runs.items():
            if run.outer is not None:
                self.inner.setdefault(run.outer, []).append(number)

    def _least(self, turn: int) -> float:
        """Cards of a turn of which as little as possible is told."""
        return self.direct[turn] + sum(
            min(1.0, ENDS / len(self.runs[run].turns)) * sum(map(self._least, self.runs[run].turns))
            for run in self.inner.get(turn, ())
        )

    def allot(self, run: int, cards: float) -> None:
        """Memilih putaran-putaran `run`, dan yang di dalamnya, yang muat dalam `cards` kartu."""
        turns = self.runs[run].turns
        whole = sum(map(self._least, turns)) or 1.0
        count = min(MOST, max(ENDS, int(len(turns) * cards / whole)))
        count = len(turns) if count >= len(turns) else max(ENDS, count // 2)  # as many again lie between them
        self.kept[run] = [turns[place] for place in sorted(spread(len(turns), count))]
        for turn in self.kept[run]:
            inner = self.inner.get(turn, ())
            for one in inner:
                self.allot(one, (cards / len(self.kept[run]) - self.direct[turn]) / len(inner))


def spread(count: int, wanted: int) -> frozenset[int]:
    """Tempat yang diceritakan di antara `count`: dua yang pertama, yang terakhir, dan lainnya merata.

    >>> sorted(spread(10, 5))
    [0, 1, 4, 6, 9]
    """
    if wanted >= count:
        return frozenset(range(count))
    between = [1 + round(k * (count - 2) / (wanted - 2)) for k in range(1, wanted - 2)]
    return frozenset([0, 1, count - 1, *between])


def _numbered(
    run: Recording, runs: dict[int, _Run], kept: dict[int, list[int]]
) -> tuple[list[FilmTurn], list[int | None]]:
    """The turns of the film in the order of the recording, and the one that each recorded turn belongs to."""
    data = run.data
    turns: list[FilmTurn] = []
    of: list[int | None] = []
    last: dict[int, int] = {}  # of each run, the turn of the film that it has come to
    stay = {turn for chosen in kept.values() for turn in chosen}
    for number, one in enumerate(data.turns):
        outer = None if one.outer is None else of[one.outer]
        within = one.outer is None or (outer is not None and turns[outer].single)
        if one.run not in kept or len(runs[one.run].turns) < 2 or not within:
            of.append(outer)
            continue
        label, before = turn_label(data.loops, one), last.get(one.run)
        if number not in stay and before is not None and runs[one.run].turns[turns[before].last] not in stay:
            turns[before] = turns[before]._replace(label=through(turns[before].label, label), last=one.number)
        else:
            last[one.run] = len(turns)
            turns.append(FilmTurn(label, one.run, one.loop, one.number, one.number, outer))
        of.append(last[one.run])
    return turns, of
