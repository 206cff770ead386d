"""Isi di balik kartu gabungan, lapis demi lapis: setiap lapis satu graf kecil yang digambar sendiri."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Edge, Graph, Node, Output, Role
from autograd_viz.simplifying.chips import chips
from autograd_viz.simplifying.groups import Chunk, Fold, Group, contracted
from autograd_viz.simplifying.modules import CARDS
from autograd_viz.simplifying.simplify import Collapse, Detail, folds, refold, without_moves
from autograd_viz.text.titles import Operand, operands, title
from autograd_viz.text.turn_names import through

COLUMNS, INNER_COLUMNS = 12, 8  # cards in one row of the picture, and of what a card opens to
_ENTRY = "entry:"  # begins the op of what stands for a tensor from outside, until the layer is folded


_ROLES: Mapping[str, Role] = {"leaf": "leaf", "constant": "constant"}


class Deep(NamedTuple):
    """Tempat sebuah kartu gabungan: kartu ke-`card` sesudah `folds`, yang lapis bawahnya ada di `deep`."""

    folds: tuple[Fold, ...]
    deep: Mapping[int, Deep]
    card: int


class Layer:
    """Satu lapis gambar: `graph` yang siap digambar, dan kartu-kartunya yang dapat dibuka.

    >>> from autograd_viz.graph import Graph
    >>> list(top_layer(Graph((), ())).cards)
    []
    """

    def __init__(
        self,
        base: Graph,
        found: tuple[Fold, ...],
        deep: Mapping[int, Deep],
        closed: frozenset[str] = frozenset(),
        leaving: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        self._folds, self._deep, self._closed = found, deep, closed
        folded = found[-1].graph if found else base
        kept = [output for output in folded.outputs if not folded.nodes[output.node].op.startswith(_ENTRY)]
        drawn = chips(folded)
        own = range(len(folded.nodes)) if drawn is folded else None  # nothing was copied
        self._places = list(own or (place for place, node in enumerate(drawn.nodes) if not node.chip))
        moved = dict(enumerate(self._places))
        nodes = [_entered(node) for node in drawn.nodes]
        edges = list(drawn.edges)
        now = _now(found, len(base.nodes))
        for (source, output), name in (leaving or {}).items():
            card = moved[now[source]]
            edges.append(Edge(card, len(nodes), 0, 0 if nodes[card].role == "group" else output))
            nodes.append(Node("", "operation", f"ke {name}", chip=True, count=0))
        outputs = tuple(output._replace(node=moved[output.node]) for output in kept)
        self.graph = Graph(tuple(nodes), tuple(edges), outputs)

    @property
    def cards(self) -> Iterator[int]:
        """Nomor kartu yang dapat dibuka."""
        for card, place in enumerate(self._places):
            if self.graph.nodes[place].name not in self._closed and self._find(card):
                yield place

    def open(self, place: int) -> Layer:
        """Isi kartu nomor `place`."""
        found = self._find(self._places.index(place))
        if found is None:
            raise ValueError(f"Kartu {place} bukan kartu gabungan yang dapat dibuka.")
        fold, below, deep, card = found
        return _inside(fold, below, deep, card)

    def _find(self, card: int) -> tuple[Fold, tuple[Fold, ...], Mapping[int, Deep], int] | None:
        """The fold that made this card a group, what came before that fold, and the number of the card after it."""
        stages, deep = self._folds, self._deep
        while True:
            if not stages:
                if card not in deep:
                    return None
                stages, deep, card = deep[card]
                continue
            part = stages[-1].parts[card]
            if len(part) > 1:
                return stages[-1], stages[:-1], deep, card
            card, stages = part[0], stages[:-1]


def top_layer(
    graph: Graph, detail: Detail = "lesson", collapse: Collapse = "auto", depth: int | None = None
) -> Layer:
    """Lapis teratas: graf yang disederhanakan seperti oleh `simplify`, dengan kartu gabungan yang dapat dibuka.

    Galat: `ValueError` seperti pada `simplify` dan `folds`.
    """
    base = without_moves(graph, detail)
    return Layer(base, folds(base, collapse, depth, COLUMNS), {})


def _inside(fold: Fold, below: tuple[Fold, ...], deep: Mapping[int, Deep], card: int) -> Layer:
    before, part = fold.before, fold.parts[card]
    within = set(part)
    slots: list[tuple[tuple[Operand, ...], ...]] = []  # of all cards, once one is asked for

    def name(index: int) -> str:
        if not slots:
            slots.append(operands(before))
        return title(before.nodes[index], slots[0][index]).text

    entering = dict.fromkeys(e.source for e in before.edges if e.target in within and e.source not in within)
    places = {index: place for place, index in enumerate([*entering, *part])}
    nodes = [_entry(before.nodes[index], name(index)) for index in entering]
    nodes += [before.nodes[index] for index in part]
    edges = tuple(
        edge._replace(source=places[edge.source], target=places[edge.target])
        for edge in before.edges
        if edge.target in within
    )
    outputs = [output._replace(node=places[output.node]) for output in before.outputs if output.node in within]
    outputs += [Output(place) for place in range(len(entering))]  # so that no group takes them in
    base = Graph(tuple(nodes), edges, tuple(outputs))
    leaving: dict[tuple[int, int], list[str]] = {}
    for edge in before.edges:
        if edge.source in within and edge.target not in within:
            leaving.setdefault((places[edge.source], edge.output), []).append(name(edge.target))
    said = {key: ", ".join(dict.fromkeys(names)) for key, names in leaving.items()}
    chunks = [tuple(places[index] for index in chunk) for chunk in fold.chunks.get(card, ())]
    found, closed = _refolded(base, chunks)
    groups = {places[index]: Deep(below, deep, index) for index in part if before.nodes[index].role == "group"}
    return Layer(base, found, groups, closed, said)


def _refolded(base: Graph, chunks: Sequence[Chunk]) -> tuple[tuple[Fold, ...], frozenset[str]]:
    """How the inside of a card is drawn: whole while it is small, a long repetition by its first and last turn."""
    if chunks and len(base.nodes) > CARDS:
        return _first_and_last(base, chunks)
    found = refold(base, INNER_COLUMNS)
    while found and sum(node.count > 0 for node in found[-1].graph.nodes) == 1:
        found = found[:-1]  # the whole inside as one card again says nothing
    return found, frozenset()


def _first_and_last(base: Graph, chunks: Sequence[Chunk]) -> tuple[tuple[Fold, ...], frozenset[str]]:
    count = len(chunks)
    names = _names(base, chunks)
    between = f"{count - 2} lagi ({through(names[1], names[-2])})"
    groups = [Group(_turn(base, chunks[0], names[0])), Group(between), Group(_turn(base, chunks[-1], names[-1]))]
    member = [-1] * len(base.nodes)
    for number, chunk in enumerate(chunks):
        for index in chunk:
            member[index] = 0 if not number else 2 if number == count - 1 else 1
    return (contracted(base, member, groups),), frozenset([between])


def _turn(base: Graph, chunk: Chunk, name: str) -> str:
    modules = [base.nodes[index].name for index in chunk if base.nodes[index].role == "group"]
    return modules[0] if len(modules) == 1 and modules[0] else name


def _names(base: Graph, chunks: Sequence[Chunk]) -> list[str]:
    """What each repetition is called: its turn of the loop in the code, else its number."""
    paths = [base.nodes[chunk[0]].turns for chunk in chunks]
    for depth in range(min(map(len, paths))):
        turns = [path[depth] for path in paths]
        if len(set(turns)) == len(turns) and all("=" in turn.label for turn in turns):
            return [turn.label for turn in turns]
    return [f"ke-{number}" for number in range(1, len(chunks) + 1)]


def _now(found: Sequence[Fold], count: int) -> list[int]:
    """Where each node of the unfolded layer is after all folds."""
    now = list(range(count))
    for fold in found:
        places = {index: place for place, part in enumerate(fold.parts) for index in part}
        now = [places[place] for place in now]
    return now


def _entry(node: Node, name: str) -> Node:
    """What a tensor from outside is while the layer is being folded; again from outside, it stays what it was."""
    op = node.op if node.op.startswith(_ENTRY) else _ENTRY + node.role
    return node._replace(op=op, role="constant", name=name, count=0, chip=False)


def _entered(node: Node) -> Node:
    """What stands for a tensor from outside becomes a small card with its name."""
    if not node.op.startswith(_ENTRY):
        return node
    role = _ROLES.get(node.op.removeprefix(_ENTRY), "operation")
    return node._replace(op="", role=role, chip=True)
