"""Rekaman dipotong menjadi halaman: satu putaran maju dan mundur, dengan graf yang muat di layar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Graph, Output
from autograd_viz.recording.events import CutLink, End, Event, Forward, Gradient, InPlace, Leaf, RecordingData
from autograd_viz.recording.loops import Turn, path
from autograd_viz.recording.node_turns import turns_of_nodes
from autograd_viz.recording.recording import Recording
from autograd_viz.simplifying.groups import Group, contract, tensor
from autograd_viz.simplifying.simplify import simplify, without_moves

CARDS = 60  # a page with more cards is collapsed to groups
MOST = 150  # what modules and patterns may leave; beyond, stretches of equal length become groups
STRETCHES = 40
FEW, TURNS = 12, 3  # more operations than that, in at least so many turns, are seen turn by turn
_STARTS = Leaf | Forward


class Page(NamedTuple):
    """Satu halaman: langkah-langkahnya, grafnya (simpul asal ada di `Node.members`), dan kartu setiap simpul asal.

    `cuts` potongan di antara dua kartunya. `looping` True bila kartunya dilihat putaran demi putaran; `turns` lalu
    memuat putaran film setiap kartu.
    """

    steps: range
    graph: Graph
    cards: dict[int, tuple[int, ...]]
    collapsed: bool = False
    cuts: tuple[CutLink, ...] = ()
    looping: bool = False
    turns: tuple[int | None, ...] = ()

    def card_of(self, node: int | None) -> int | None:
        """Kartu pertama simpul asal `node`; None bila ia tidak punya kartu."""
        places = self.cards.get(node, ()) if node is not None else ()
        return places[0] if places else None

    def group_of(self, node: int | None) -> int | None:
        """Kartu gabungan yang memuat simpul asal `node`; None bila ia berdiri sendiri."""
        card = self.card_of(node)
        return card if card is not None and self.graph.nodes[card].role == "group" else None


def pages(run: Recording) -> tuple[Page, ...]:
    """Halaman-halaman sebuah rekaman, menurut urutan kejadiannya.

    Halaman baru dimulai oleh operasi maju pertama sesudah sebuah backward selesai, bila grafnya tidak bersambung
    dengan graf sebelumnya.

    >>> from autograd_viz.recording.events import Error, RecordingData
    >>> [page.steps for page in pages(Recording(RecordingData(steps=(Error("Galat"), Error("lagi")))))]
    [range(0, 2)]
    """
    graph = run.graph
    incoming: list[list[int]] = [[] for _ in graph.nodes]
    for number, edge in enumerate(graph.edges):
        incoming[edge.target].append(number)
    turns = turns_of_nodes(run.steps)
    asked = dict.fromkeys(step.node for step in run.steps if isinstance(step, Gradient) and step.captured)
    graph = graph._replace(outputs=(*graph.outputs, *(Output(node) for node in asked)))  # a gradient stops there
    found = []
    for steps in _chapters(run, incoming):
        part = _cut(graph, incoming, _touched(run.steps[i] for i in steps))
        found.append(_page(steps, part, run.data, turns))
    return tuple(found)


def _page(steps: range, part: Graph, data: RecordingData, turns: Mapping[int, int]) -> Page:
    if is_looping(part, data.turns, turns):
        return page_of(steps, without_moves(part), data.cuts, looping=True)
    small = simplify(part, "lesson", None)
    collapsed = len(small.nodes) > CARDS
    if collapsed:
        known = any(node.module for node in part.nodes)
        small = simplify(part, "lesson", "auto" if len(part.nodes) > MOST else "module" if known else "pattern")
    if len(small.nodes) > MOST:
        small = _stretches(small)
    return page_of(steps, small, data.cuts, collapsed)


def is_looping(part: Graph, turns: Sequence[Turn], of: Mapping[int, int]) -> bool:
    """Apakah halaman ini dilihat putaran demi putaran: lebih dari yang muat sekaligus, dan setiap putarannya muat."""
    places = [of.get(node.members[0]) for node in part.nodes if not tensor(node)]
    loops = {one: path(turns, one) for one in dict.fromkeys(places)}
    runs: dict[int, set[int]] = {}
    for one in loops.values():
        for turn in one:
            runs.setdefault(turns[turn].run, set()).add(turn)
    most = max(Counter(places).values(), default=0)
    return len(places) > FEW and most <= CARDS // 2 and any(len(found) >= TURNS for found in runs.values())


def page_of(
    steps: range,
    small: Graph,
    links: Sequence[CutLink],
    collapsed: bool = False,
    looping: bool = False,
    turns: tuple[int | None, ...] = (),
) -> Page:
    """Halaman dengan graf `small`, yang simpul asalnya ada di `Node.members`."""
    cards: dict[int, list[int]] = {}
    for place, node in enumerate(small.nodes):
        for member in node.members:
            cards.setdefault(member, []).append(place)
    for places in cards.values():
        places.sort(key=lambda place: small.nodes[place].chip)
    drawn = {}
    for source, target, word in links:
        for place in cards.get(target, ()):
            near = [start for start in cards.get(source, ()) if start < place and not small.nodes[start].chip]
            if near and small.nodes[place].role == "constant":
                drawn[place] = CutLink(near[0], place, word)
    places_of = {node: tuple(places) for node, places in cards.items()}
    return Page(steps, small, places_of, collapsed, tuple(drawn.values()), looping, turns)


def _stretches(graph: Graph) -> Graph:
    """A graph without modules and without a pattern, cut along its order."""
    operations = [i for i, node in enumerate(graph.nodes) if not tensor(node)]
    size = -(-len(operations) // STRETCHES)
    member = [-1] * len(graph.nodes)
    groups: list[Group] = []
    for first in range(0, len(operations), size):
        for index in operations[first : first + size]:
            member[index] = len(groups)
        groups.append(Group(f"operasi {first + 1}–{min(first + size, len(operations))}"))
    return contract(graph, member, groups)


def _touched(steps: Iterable[Event]) -> dict[int, None]:
    return dict.fromkeys(node for step in steps for node in _nodes(step))


def _nodes(step: Event) -> list[int]:
    nodes = [step.node, step.change.node] if isinstance(step, InPlace) else [step.node]
    return [node for node in nodes if node is not None]


def _chapters(run: Recording, incoming: Sequence[Sequence[int]]) -> list[range]:
    """Stretches of steps that share no operation."""
    graph, starts, ended = run.graph, [0], False
    for number, step in enumerate(run.steps):
        if isinstance(step, _STARTS) and ended:
            starts.append(number)
            ended = False
        ended = isinstance(step, End) or (ended and not isinstance(step, _STARTS))
    parts = [range(a, b) for a, b in zip(starts, [*starts[1:], len(run.steps)], strict=True)]
    owner: dict[int, int] = {}  # operation → first part that has it
    merged: list[range] = []
    reach: list[int] = []  # for each part the earliest part that it continues
    for place, part in enumerate(parts):
        earliest = place
        for node in _touched(run.steps[i] for i in part):
            for one in (node, *(graph.edges[e].source for e in incoming[node])):
                if graph.nodes[one].role not in ("leaf", "constant"):
                    earliest = min(earliest, owner.setdefault(one, place))
        reach.append(earliest)
    for place, part in enumerate(parts):
        merged.append(part)
        while len(merged) > 1 and parts[reach[place]].start < merged[-1].start:
            last = merged.pop()
            merged[-1] = range(merged[-1].start, last.stop)
    return merged


def _cut(graph: Graph, incoming: Sequence[Sequence[int]], touched: Iterable[int]) -> Graph:
    """The nodes and what they take in, without gradients and states, which the frames tell."""
    kept = set(touched)
    kept |= {graph.edges[e].source for node in kept for e in incoming[node]}
    order = sorted(kept)
    places = {node: place for place, node in enumerate(order)}
    nodes = tuple(
        graph.nodes[node]._replace(
            members=(node,),
            grad=None,
            saved=(),
            value=graph.nodes[node].value if graph.nodes[node].role == "constant" else None,
        )
        for node in order
    )
    edges = tuple(
        edge._replace(source=places[edge.source], target=places[edge.target])
        for node in order
        for edge in (graph.edges[e] for e in incoming[node])
        if edge.source in places
    )
    outputs = tuple(o._replace(node=places[o.node]) for o in graph.outputs if o.node in places)
    return Graph(nodes, edges, outputs)
