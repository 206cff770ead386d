"""Kejadian-kejadian menjadi adegan: mana yang bersama-sama menjadi satu bingkai, dan putaran mana yang ditampilkan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.playing.frames import Phase
from autograd_viz.playing.pages import Page
from autograd_viz.recording.events import Backward, Cut, End, Event, Forward, InPlace, Kind, Leaf

DETAILED = 150  # frames; a longer film tells only its first and last rounds step by step
ROUNDS = 40  # of which are shown at most; more would make the page of a film heavy
PHASES: Mapping[Kind, Phase] = {
    "leaf": "maju", "forward": "maju", "inplace": "maju", "cut": "maju", "unseen": "maju", "error": "galat",
    "backward": "mundur", "gradient": "mundur", "accumulate": "mundur", "end": "mundur", "optimizer": "optimizer",
    "zero_grad": "hapus",
}  # fmt: skip
_QUIET_LEAVES = 3  # with more of them, leaves appear together with their first use


class Scene(NamedTuple):
    """Satu adegan: halaman, kejadian-kejadiannya, fasenya, dan nomor putarannya bila ia diringkas menjadi satu."""

    page: int
    events: tuple[int, ...]
    phase: Phase
    round_number: int | None = None


class Plan(NamedTuple):
    """Halaman-halaman yang ditampilkan, adegan-adegannya, dan kejadian yang dihitung selagi backward berjalan."""

    pages: tuple[Page, ...]
    scenes: tuple[Scene, ...]
    inside: frozenset[int]
    brief: bool


def plan(events: Sequence[Event], pages: Sequence[Page]) -> Plan:
    """Adegan-adegan sebuah rekaman; putaran-putaran di tengah rekaman panjang diringkas atau dilewati."""
    inside = _inside(events)
    phases: list[Phase] = ["mundur" if i in inside else PHASES[event.kind] for i, event in enumerate(events)]
    told = [list(_detailed(events, phases, page)) for page in pages]
    brief = sum(map(len, told)) > DETAILED and len(pages) > 3
    shown: list[Page] = []
    scenes: list[Scene] = []
    for number, page in enumerate(pages):
        if brief and number not in _shown(len(pages)):
            continue
        short = brief and 2 <= number < len(pages) - 1
        for part in _blocks(phases, page) if short else told[number]:
            scenes.append(Scene(len(shown), tuple(part), phases[part[-1]], number + 1 if short else None))
        shown.append(page)
    return Plan(tuple(shown), tuple(scenes), inside, brief or any(page.collapsed for page in pages))


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
        if scene and phases[scene[-1]] != phases[number]:
            yield scene
            scene = []
        scene.append(number)
    if scene:
        yield scene
