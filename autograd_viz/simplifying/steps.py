"""Kelompok menurut langkah: putaran pelatihan yang sama, dan parameter yang dipakai lagi dan lagi."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence

from autograd_viz.graph import Graph, NodeTurn
from autograd_viz.simplifying.fold import short
from autograd_viz.simplifying.groups import INPUTS_SHOWN, Chunk, Fold, Group, contracted, tensor
from autograd_viz.simplifying.levels import levels
from autograd_viz.simplifying.patterns import listed
from autograd_viz.text.turn_names import through

LEAST = 3  # steps that are worth a card
Kind = tuple[str, tuple[tuple[int, ...] | None, ...]]  # an operation and the shapes it gives


def by_turn(graph: Graph) -> Fold | None:
    """Putaran-putaran perulangan terluar dalam kode menjadi satu kartu; None bila putarannya tidak diketahui.

    >>> from autograd_viz.graph import Edge, Node, NodeTurn
    >>> w = Node("AccumulateGrad", "leaf", "w")
    >>> muls = [Node("MulBackward0", "operation", turns=(NodeTurn(0, t, f"t = {t}"),)) for t in range(4)]
    >>> turned = by_turn(Graph((w, *muls), tuple(Edge(0, i, 0) for i in range(1, 5))))
    >>> [node.name for node in turned.graph.nodes]
    ['w', '4 langkah (t = 0 … 3)']
    """
    paths = {index: node.turns for index, node in enumerate(graph.nodes) if node.turns and not tensor(node)}
    several: list[dict[NodeTurn, list[int]]] = []
    for depth in range(max(map(len, paths.values()), default=0)):
        runs: dict[int, dict[NodeTurn, list[int]]] = {}
        for index, path in paths.items():
            if depth < len(path):
                runs.setdefault(path[depth].run, {}).setdefault(path[depth], []).append(index)
        several = [turns for turns in runs.values() if len(turns) >= LEAST]
        if several:
            break
    groups = []
    for turns in several:
        first, *_, last = [turn.label for turn in turns]
        told = f" ({through(first, last)})" if "=" in first else ""
        groups.append(Group(f"{len(turns)} langkah{told}", len(turns), tuple(map(tuple, turns.values()))))
    users = _users(graph)
    return _folded(graph, groups, users if len(users) <= INPUTS_SHOWN else ())


def are_apart(fold: Fold) -> bool:
    """Apakah ulangan di setiap kelompok hanya berbagi daun dan konstanta, seperti langkah-langkah pelatihan."""
    of = {index: chunk for chunks in fold.chunks.values() for chunk in chunks for index in chunk}
    return all(
        of[edge.source] is of[edge.target] for edge in fold.before.edges if edge.source in of and edge.target in of
    )


def by_round(graph: Graph) -> Fold | None:
    """Putaran yang sama, yang hanya berbagi parameter, menjadi satu kartu; None bila tidak ada.

    >>> from autograd_viz.graph import Edge, Node
    >>> w, sin = Node("AccumulateGrad", "leaf", "w"), Node("SinBackward0", "operation")
    >>> rounds = by_round(Graph((w, sin, sin, sin), (Edge(0, 1, 0), Edge(0, 2, 0), Edge(0, 3, 0))))
    >>> [(node.name, node.count) for node in rounds.graph.nodes]
    [('w', 1), ('3 langkah', 3)]
    """
    users = _users(graph)
    alike: dict[Hashable, list[Chunk]] = {}
    for part, signature in _islands(graph, users):
        alike.setdefault(signature, []).append(part)
    working = {operation for found in users.values() for operation in found}
    rounds = [parts for parts in alike.values() if len(parts) >= LEAST and not working.isdisjoint(parts[0])]
    shown = users if len(users) <= INPUTS_SHOWN else {}  # what all rounds change stays in sight
    return _folded(graph, [Group(f"{len(parts)} langkah", len(parts), tuple(parts)) for parts in rounds], shown)


def by_use(graph: Graph) -> Fold | None:
    """Langkah yang memakai parameter yang sama, seperti pada RNN, menjadi satu kartu; None bila tidak ada.

    Langkah ke-k berisi pemakaian ke-k setiap parameter dan operasi yang menyertainya. Langkah pertama dan terakhir
    boleh sedikit berbeda: keadaan awal belum punya gradien, dan sesudah langkah terakhir masih ada operasi lain.

    >>> from autograd_viz.graph import Edge, Node
    >>> w, mul = Node("AccumulateGrad", "leaf", "w"), Node("MulBackward0", "operation")
    >>> edges = [Edge(0, 1, 0), *(edge for i in (2, 3, 4) for edge in (Edge(0, i, 0), Edge(i - 1, i, 1)))]
    >>> [node.name for node in by_use(Graph((w, mul, mul, mul, mul), tuple(edges))).graph.nodes]
    ['w', '4 langkah']
    """
    given = frozenset(output.node for output in graph.outputs)
    for apart in (frozenset[int](), given):  # either each step gives an output of its own, or none is folded
        chunks = _chunks(graph, apart)
        if not chunks or not (apart or _alike(sum(index in given for index in chunk) for chunk in chunks)):
            continue
        usual = chunks[1]
        exact = all(len(chunk) == len(usual) for chunk in chunks)
        inner = listed([short(graph.nodes[index].op) for index in usual])
        name = f"{len(chunks)} × ({inner})" if exact and len(usual) > 1 else f"{len(chunks)} langkah"
        found = _folded(graph, [Group(name, len(chunks), chunks)])
        if found and sum(node.name == name for node in found.graph.nodes) == 1:
            return found
    return None


def _alike(numbers: Iterable[int]) -> bool:
    return len(set(numbers)) == 1


def _chunks(graph: Graph, apart: Collection[int]) -> tuple[Chunk, ...]:
    """The operations of each step, the first and the last cut to what the others have too; empty if they differ."""
    steps = _steps(graph, apart)
    if len(steps) < LEAST:
        return ()
    usual = Counter(frozenset(_kinds(graph, step).items()) for step in steps).most_common(1)[0][0]
    wanted = Counter(dict(usual))
    if any(_kinds(graph, step) != wanted for step in steps[1:-1]):
        return ()
    # What comes before the first step stands first, what comes after the last one stands last.
    ends = (_matching(graph, reversed(steps[0]), wanted), _matching(graph, steps[-1], wanted))
    if any(2 * len(chunk) < len(steps[1]) for chunk in ends):
        return ()
    return (ends[0], *steps[1:-1], ends[1])


def _folded(graph: Graph, groups: Sequence[Group], apart: Collection[int] = ()) -> Fold | None:
    if not groups:
        return None
    member = [-1] * len(graph.nodes)
    for number, group in enumerate(groups):
        for chunk in group.chunks:
            for index in chunk:
                member[index] = number
    return contracted(graph, member, groups, apart)


def _users(graph: Graph) -> dict[int, list[int]]:
    """The operations that take each leaf, for leaves with at least three of them, as the steps come."""
    level = levels(graph)  # a branch that only one step takes stands in that step, wherever it was found
    users: dict[int, dict[int, None]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.source].role == "leaf":
            users.setdefault(edge.source, {})[edge.target] = None
    return {
        leaf: sorted(found, key=lambda index: (level[index], index))
        for leaf, found in users.items()
        if len(found) >= LEAST
    }


def _islands(graph: Graph, users: dict[int, list[int]]) -> Iterable[tuple[Chunk, Hashable]]:
    """The operations, parted where only leaves and constants connect them; what is computed alike is told alike."""
    above = list(range(len(graph.nodes)))

    def root(index: int) -> int:
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    incoming: list[list[tuple[int, int, int]]] = [[] for _ in graph.nodes]  # slot, source, its output
    for edge in graph.edges:
        incoming[edge.target].append((edge.slot, edge.source, edge.output))
        if not tensor(graph.nodes[edge.source]):
            first, second = sorted((root(edge.source), root(edge.target)))
            above[second] = first
    islands: dict[int, list[int]] = {}
    for index, node in enumerate(graph.nodes):
        if not tensor(node):
            islands.setdefault(root(index), []).append(index)
    for part in islands.values():
        places = {index: place for place, index in enumerate(part)}
        yield tuple(part), tuple(
            (
                _kind(graph, index),
                tuple(
                    (slot, ("leaf", source) if source in users else places.get(source, ""), output)
                    for slot, source, output in sorted(incoming[index])
                ),
            )
            for index in part
        )


def _steps(graph: Graph, apart: Collection[int]) -> list[Chunk]:
    """The operations but `apart`, by step; empty where no number of uses is common to most parameters."""
    users = _users(graph)
    counts = Counter(len(found) for found in users.values())
    if not counts:
        return []
    count = max(counts, key=lambda number: (counts[number], -number))
    number: dict[int, int] = {}
    for found in users.values():
        if len(found) % count == 0:
            for place, index in enumerate(found):
                number[index] = max(number.get(index, 0), place * count // len(found))
    for edge in sorted(graph.edges, key=lambda edge: edge.target):
        if edge.source in number:
            number[edge.target] = max(number.get(edge.target, 0), number[edge.source])
    for edge in sorted(graph.edges, key=lambda edge: -edge.source):
        if not tensor(graph.nodes[edge.source]) and edge.source not in number and edge.target in number:
            number[edge.source] = number[edge.target]
    steps: list[list[int]] = [[] for _ in range(count)]
    for index in sorted(number):
        if index not in apart:
            steps[number[index]].append(index)
    return [tuple(step) for step in steps]


def _kind(graph: Graph, index: int) -> Kind:
    node = graph.nodes[index]
    return node.op, node.shapes


def _kinds(graph: Graph, step: Iterable[int]) -> Counter[Kind]:
    return Counter(_kind(graph, index) for index in step)


def _matching(graph: Graph, step: Iterable[int], wanted: Counter[Kind]) -> Chunk:
    """The operations of a step that the others have too, as they come."""
    left = Counter(wanted)
    found = []
    for index in step:
        kind = _kind(graph, index)
        if left[kind] > 0:
            left[kind] -= 1
            found.append(index)
    return tuple(sorted(found))
