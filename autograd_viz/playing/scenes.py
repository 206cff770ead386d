"""Kejadian-kejadian menjadi adegan: mana yang bersama-sama menjadi satu bingkai, dan putaran mana yang ditampilkan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from autograd_viz.playing.film_turns import FilmTurns
from autograd_viz.playing.frames import Phase
from autograd_viz.playing.pages import Page
from autograd_viz.recording.checkpoints import rerun
from autograd_viz.recording.events import Backward, Cut, End, Event, Forward, InPlace, Kind, Leaf

DETAILED = 150  # frames; a longer film tells only its first and last rounds step by step
BRIEF = 100  # frames that tell whole turns of the loops of a page
ROUNDS = 40  # of which are shown at most; more would make the page of a film heavy
PHASES: Mapping[Kind, Phase] = {
    "leaf": "maju", "forward": "maju", "inplace": "maju", "cut": "maju", "unseen": "maju", "error": "galat",
    "backward": "mundur", "gradient": "mundur", "accumulate": "mundur", "end": "mundur", "recompute": "ulang",
    "optimizer": "optimizer", "zero_grad": "hapus",
}  # fmt: skip
Part = tuple[list[int], tuple[int, int] | None]  # events, and the first and the last turn that they tell as a whole
_NO_TURNS = FilmTurns()
_QUIET_LEAVES = 3  # with more of them, leaves appear together with their first use


class Scene(NamedTuple):
    """Satu adegan: halaman, kejadian-kejadiannya, dan fasenya.

    `round_number` nomor halaman rekaman bila seluruh fasenya menjadi satu; `turns` putaran film pertama dan terakhir
    yang demikian.
    """

    page: int
    events: tuple[int, ...]
    phase: Phase
    round_number: int | None = None
    turns: tuple[int, int] | None = None


class Choice(NamedTuple):
    """Halaman rekaman yang ditampilkan, yang diceritakan langkah demi langkah, dan apakah ada yang tidak."""

    shown: tuple[int, ...]
    told: frozenset[int]
    brief: bool


class Plan(NamedTuple):
    """Halaman-halaman yang ditampilkan, adegan-adegannya, dan kejadian yang dihitung selagi backward berjalan."""

    pages: tuple[Page, ...]
    scenes: tuple[Scene, ...]
    inside: frozenset[int]
    brief: bool


def choose(events: Sequence[Event], pages: Sequence[Page]) -> Choice:
    """Halaman mana yang ditampilkan dan diceritakan; di tengah rekaman panjang halaman diringkas atau dilewati."""
    count = len(pages)
    phases = _phases(events, _inside(events), rerun(events))
    brief = count > 3 and sum(sum(1 for _ in _detailed(events, phases, page)) for page in pages) > DETAILED
    if not brief:
        return Choice(tuple(range(count)), frozenset(range(count)), False)
    return Choice(tuple(sorted(_shown(count))), frozenset([0, 1, count - 1]), True)


def plan(
    events: Sequence[Event], pages: Sequence[Page], choice: Choice | None = None, turns: FilmTurns = _NO_TURNS
) -> Plan:
    """Adegan-adegan sebuah rekaman; putaran-putaran di tengah rekaman panjang diringkas atau dilewati."""
    again = rerun(events)
    inside = _inside(events) - again
    phases = _phases(events, inside, again)
    chosen = choice or choose(events, pages)
    shown: list[Page] = []
    scenes: list[Scene] = []
    told = {number: list(_detailed(events, phases, pages[number])) for number in chosen.shown if number in chosen.told}
    looping = sum(len(found) for number, found in told.items() if pages[number].looping)
    for number in chosen.shown:
        page = pages[number]
        found = told.get(number) or list(_blocks(phases, page))
        if not page.looping or looping <= DETAILED or number not in told:
            parts: Iterable[Part] = ((part, None) for part in found)
        else:
            parts = _merged(events, phases, page, found, turns)
        for part, merged in parts:
            round_number = None if number in chosen.told else number + 1
            phase = phases[part[-1]] if round_number is None and merged is None else _whole(phases[part[-1]])
            scenes.append(Scene(len(shown), tuple(part), phase, round_number, merged))
        shown.append(page)
    brief = chosen.brief or any(page.collapsed for page in shown) or any(scene.turns for scene in scenes)
    return Plan(tuple(shown), tuple(scenes), inside, brief)


def _merged(
    events: Sequence[Event], phases: Sequence[Phase], page: Page, found: Sequence[list[int]], turns: FilmTurns
) -> Iterator[Part]:
    """The scenes of a page of many turns: the first two and the last one in detail, the others in one frame or less."""
    ends = _ends(turns)
    ways: list[tuple[Phase, int | None]] = []
    for part in found:
        turn = turns.events[part[-1]] if page.card_of(events[part[-1]].node) is not None else None
        phase = phases[part[-1]]
        ways.append((phase, None) if turn is None or turn in ends else (_whole(phase), turn))
    brief = sum(one[1] is not None and one != before for before, one in pairwise([("maju", None), *ways]))
    several = -(-brief // BRIEF)  # turns that share a frame
    waiting: list[int] = []
    first, seen = 0, 0
    for place, (part, (phase, turn)) in enumerate(zip(found, ways, strict=True)):
        before = ways[place - 1] if place else None
        if waiting and before and before[1] is not None:
            seen += turn != before[1]
            if turn is None or phase != before[0] or seen >= several:
                yield waiting, (first, before[1])
                waiting = []
        if turn is None:
            yield part, None
            continue
        if not waiting:
            first, seen = turn, 0
        waiting = [*waiting, *part]
    if waiting and ways[-1][1] is not None:
        yield waiting, (first, ways[-1][1])


def _ends(turns: FilmTurns) -> frozenset[int]:
    """The turns that are told step by step: the first two and the last of a run, of a loop in a loop the first one."""
    runs: dict[int, list[int]] = {}
    for number, turn in enumerate(turns.turns):
        runs.setdefault(turn.run, []).append(number)
    found: set[int] = set()
    for own in runs.values():
        outer = turns.turns[own[0]].outer
        if outer is None:
            found.update((*own[:2], own[-1]))
        elif outer in found:
            found.add(own[0])
    return frozenset(found)


def _phases(events: Sequence[Event], inside: frozenset[int], again: frozenset[int]) -> list[Phase]:
    own: list[Phase] = ["mundur" if i in inside else PHASES[event.kind] for i, event in enumerate(events)]
    return ["ulang" if i in again else phase for i, phase in enumerate(own)]


def _shown(count: int) -> frozenset[int]:
    """The rounds that are told: all while they are few, else the first two, the last, and evenly spread others."""
    every = -(-count // ROUNDS)
    return frozenset([0, 1, count - 1, *range(0, count, every)])


def _inside(events: Sequence[Event]) -> frozenset[int]:
    """Operations that were computed while a backward ran, as create_graph=True does it."""
    ends = {event.round: number for number, event in enumerate(events) if isinstance(event, End)}
    return frozenset(
        one
        for number, event in enumerate(events)
        if isinstance(event, Backward)
        for one in range(number, ends.get(event.round, number))
        if isinstance(events[one], Leaf | Forward | InPlace | Cut)
    )


def _detailed(events: Sequence[Event], phases: Sequence[Phase], page: Page) -> Iterator[list[int]]:
    """Events that make a frame together: those inside one group card, and quiet ones with what follows them."""
    quiet_leaves = sum(node.role == "leaf" and not node.chip for node in page.graph.nodes) > _QUIET_LEAVES
    scene: list[int] = []
    quiet: list[int] = []  # join the scene that goes on, or the next one
    for number in page.steps:
        event = events[number]
        folded = event.node is not None and event.node not in page.cards
        if folded or (isinstance(event, Leaf) and quiet_leaves and page.group_of(event.node) is None):
            quiet.append(number)
            continue
        if scene and not (_same_group(events[scene[-1]], event, page) and phases[scene[-1]] == phases[number]):
            yield scene
            scene = []
        scene += [*quiet, number]
        quiet = []
    if scene or quiet:
        yield [*quiet, *scene] if scene else quiet


def _same_group(one: Event, other: Event, page: Page) -> bool:
    group = page.group_of(one.node)
    return group is not None and group == page.group_of(other.node)


def _blocks(phases: Sequence[Phase], page: Page) -> Iterator[list[int]]:
    """All events of one phase in one frame."""
    scene: list[int] = []
    for number in page.steps:
        if scene and _whole(phases[scene[-1]]) != _whole(phases[number]):
            yield scene
            scene = []
        scene.append(number)
    if scene:
        yield scene


def _whole(phase: Phase) -> Phase:
    """What is computed again belongs to the way back where that is told as a whole."""
    return "mundur" if phase == "ulang" else phase
