"""Kelompok menurut pola yang berulang: langkah RNN, blok yang ditumpuk, perulangan operasi skalar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from autograd_viz.graph import Graph, Node
from autograd_viz.simplifying.fold import short
from autograd_viz.simplifying.group_node import CONSTANTS, LEAVES
from autograd_viz.simplifying.groups import Fold, Group, contracted, tensor
from autograd_viz.simplifying.levels import levels

GRAMS = (1, 4, 16, 64)  # lengths whose distances suggest a period
SUGGESTIONS = 3  # periods tried for each of them
ROOM = 30  # letters that fit on a card beside the count
LONG = 4  # a pattern of so many operations is worth a card when it stands twice, a shorter one three times,
WORTH = 6  # if that makes at least so many operations


class Run(NamedTuple):
    """`repeats` kali pola sepanjang `period`, mulai dari `start`."""

    start: int
    period: int
    repeats: int


class Stretch(NamedTuple):
    """Everything in it equals what stands `period` before it, from the second period on."""

    start: int
    end: int
    period: int


def by_pattern(graph: Graph, siblings: Fold | None = None) -> Fold | None:
    """Setiap pola yang berulang menjadi satu kartu; None bila tidak ada.

    `siblings`, pelipatan yang menghasilkan graf ini, hanya menerima deretan modul yang isinya sama.

    >>> from autograd_viz.graph import Edge
    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> graph = Graph((x, *[s] * 9), tuple(Edge(i, i + 1, 0) for i in range(9)))
    >>> [(n.name, n.count) for n in by_pattern(graph).graph.nodes]
    [('x', 1), ('9 × Sin', 9)]
    """
    wanted = {output.node for output in graph.outputs}
    level = levels(graph)
    # By level the parts of one step stand together, whatever the order they were found in.
    spots = sorted((i for i, node in enumerate(graph.nodes) if not tensor(node)), key=lambda i: (level[i], i))
    tokens: list[Hashable] = [_token(graph.nodes[spot], spot if spot in wanted else -1) for spot in spots]
    if siblings is not None:
        tokens = [(token, _inside(siblings, spot)) for token, spot in zip(tokens, spots, strict=True)]
    found = runs(tokens)
    member = [-1] * len(graph.nodes)
    groups: list[Group] = []
    for run in found:
        part = spots[run.start : run.start + run.period * run.repeats]
        if siblings is not None and sum(graph.nodes[spot].role == "group" for spot in part) != run.repeats:
            continue
        for spot in part:
            member[spot] = len(groups)
        chunks = tuple(tuple(part[first : first + run.period]) for first in range(0, len(part), run.period))
        groups.append(Group(_name([graph.nodes[spot] for spot in part], run), run.repeats, chunks))
    return contracted(graph, member, groups) if groups else None


def by_chain(graph: Graph) -> Fold | None:
    """Setiap rantai operasi tanpa cabang menjadi satu kartu; None bila tidak ada.

    >>> from autograd_viz.graph import Edge
    >>> x, *ops = [Node("", "leaf", "x"), Node("SinBackward0", "operation"), Node("CosBackward0", "operation")]
    >>> [n.name for n in by_chain(Graph((x, *ops), (Edge(0, 1, 0), Edge(1, 2, 0)))).graph.nodes]
    ['x', 'Sin → Cos']
    """
    wanted = {output.node for output in graph.outputs}
    plain = [
        not tensor(node) and node.role != "group" and not node.name and index not in wanted
        for index, node in enumerate(graph.nodes)
    ]
    consumers = [0] * len(plain)
    producers: list[list[int]] = [[] for _ in plain]
    for edge in graph.edges:
        consumers[edge.source] += 1
        if not tensor(graph.nodes[edge.source]):
            producers[edge.target].append(edge.source)
    chains: dict[int, list[int]] = {}
    first = list(range(len(plain)))
    for index, before in enumerate(producers):
        if plain[index]:
            if len(before) == 1 and plain[before[0]] and consumers[before[0]] == 1:
                first[index] = first[before[0]]
            chains.setdefault(first[index], []).append(index)
    member = [-1] * len(plain)
    groups: list[Group] = []
    for part in chains.values():
        if len(part) > 1:
            for index in part:
                member[index] = len(groups)
            groups.append(Group(listed([short(graph.nodes[index].op) for index in part])))
    return contracted(graph, member, groups) if groups else None


def runs(tokens: Sequence[Hashable]) -> list[Run]:
    """Pola berulang yang tidak tumpang tindih, yang terpanjang lebih dulu dipilih, urut menurut tempat.

    >>> runs("xababababy")
    [Run(start=1, period=2, repeats=4)]
    """
    numbers: dict[Hashable, int] = {}
    sequence = [numbers.setdefault(token, len(numbers)) for token in tokens]
    found = [stretch for period in _periods(sequence) for stretch in _stretches(sequence, period)]
    found.sort(key=lambda s: (-(s.end - s.start) // s.period * s.period, s.period, s.start))
    taken = bytearray(len(sequence))
    chosen: list[Run] = []
    for stretch in found:
        start = stretch.start
        while start < stretch.end:  # what longer stretches have left of it
            end = taken.find(1, start, stretch.end)
            end = stretch.end if end < 0 else end
            repeats = (end - start) // stretch.period
            if repeats >= _least(stretch.period):
                chosen.append(Run(start, stretch.period, repeats))
                taken[start : start + repeats * stretch.period] = b"\1" * (repeats * stretch.period)
            start = taken.find(0, end + 1, stretch.end)
            if start < 0:
                break
    return sorted(chosen)


def _periods(sequence: Sequence[int]) -> list[int]:
    """Periods worth trying: the commonest distances between equal stretches of several lengths."""
    periods: dict[int, None] = {}
    names = list(sequence)
    length = 1
    while True:
        if length in GRAMS:
            last: dict[int, int] = {}
            distances: Counter[int] = Counter()
            for index, name in enumerate(names):
                if name in last:
                    distances[index - last[name]] += 1
                last[name] = index
            ranked = sorted(distances.items(), key=lambda item: (-item[1], item[0]))
            periods.update(dict.fromkeys(period for period, _ in ranked[:SUGGESTIONS]))
        if length >= GRAMS[-1] or 2 * length > len(sequence):
            return list(periods)
        pairs: dict[tuple[int, int], int] = {}
        names = [pairs.setdefault(pair, len(pairs)) for pair in zip(names, names[length:], strict=False)]
        length *= 2


def _stretches(sequence: Sequence[int], period: int) -> list[Stretch]:
    """Maximal stretches that repeat with this period often enough to be worth a card."""
    found: list[Stretch] = []
    start = 0
    same = [a == b for a, b in zip(sequence, sequence[period:], strict=False)]
    same.append(False)
    for index, equal in enumerate(same):
        if not equal:
            if index + period - start >= _least(period) * period:
                found.append(Stretch(start, index + period, period))
            start = index + 1
    return found


def _least(period: int) -> int:
    return 2 if period >= LONG else max(3, WORTH // period)


def _token(node: Node, own: int) -> Hashable:
    """What two operations have in common to count as the same; outputs and named ones are like no other."""
    if node.role == "group":
        inside = dict(node.attributes)
        return node.count - int(inside.get(CONSTANTS, 0)), node.shapes, inside.get(LEAVES)
    return node.op, node.name, own


def _inside(fold: Fold, spot: int) -> Hashable:
    """What the operations behind a group do, in order; equal for modules that are built alike."""
    if fold.graph.nodes[spot].role != "group":
        return ()
    inside = (fold.before.nodes[index] for index in fold.parts[spot])
    return tuple([(node.op, node.shapes) for node in inside if not tensor(node)])


def _name(part: Sequence[Node], run: Run) -> str:
    first = part[: run.period]
    modules = [node for node in part if node.role == "group"]
    if modules:
        return f"{modules[0].op} … {_distinct(modules[0].op, modules[-1].op)} × {run.repeats}"
    name = listed([short(node.op) for node in first])
    return f"{run.repeats} × {name}" if run.period == 1 else f"{run.repeats} × ({name})"


def _distinct(first: str, last: str) -> str:
    """The part of a long module path that differs from the first one's."""
    if len(first) + len(last) + 3 <= ROOM - 8:
        return last
    one, other = first.split("."), last.split(".")
    shared = 0
    while shared < min(len(one), len(other)) - 1 and one[shared] == other[shared]:
        shared += 1
    return ".".join(other[shared:])


def listed(ops: Sequence[str]) -> str:
    """Nama-nama operasi menurut urutannya; yang sama dan bersebelahan dihitung, tengahnya hilang bila tidak muat.

    >>> listed(["Mm", "Mm", "Add", "Tanh"])
    '2 Mm → Add → Tanh'
    """
    steps: list[tuple[str, int]] = []
    for op in ops:
        if steps and steps[-1][0] == op:
            steps[-1] = op, steps[-1][1] + 1
        else:
            steps.append((op, 1))
    shown = [op if times == 1 else f"{times} {op}" for op, times in steps]
    if len(shown) > 2 and sum(len(op) + 3 for op in shown) > ROOM:
        shown[1:-1] = ["…"]
    return " → ".join(shown)
