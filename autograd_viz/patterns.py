"""Kelompok menurut pola yang berulang: langkah RNN, blok yang ditumpuk, perulangan operasi skalar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from .fold import short
from .graph import Graph, Node
from .groups import Group, contract, tensor

GRAMS = (1, 4, 16, 64)  # lengths whose distances suggest a period
SUGGESTIONS = 3  # periods tried for each of them
NAMED = 4  # operations of a pattern that its name can hold


class Run(NamedTuple):
    """`repeats` kali pola sepanjang `period`, mulai dari `start`."""

    start: int
    period: int
    repeats: int


def by_pattern(graph: Graph) -> Graph:
    """Graf yang setiap pola berulangnya menjadi satu kartu.

    >>> from autograd_viz.graph import Edge
    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> graph = Graph((x, *[s] * 9), tuple(Edge(i, i + 1, 0) for i in range(9)))
    >>> [(n.name, n.count) for n in by_pattern(graph).nodes]
    [('x', 1), ('9 × Sin', 9)]
    """
    wanted = {output.node for output in graph.outputs}
    spots = [index for index, node in enumerate(graph.nodes) if not tensor(node)]
    tokens = [_token(graph.nodes[spot], spot if spot in wanted else -1) for spot in spots]
    found = runs(tokens)
    if not found:
        return graph
    member = [-1] * len(graph.nodes)
    groups: list[Group] = []
    for run in found:
        part = spots[run.start : run.start + run.period * run.repeats]
        for spot in part:
            member[spot] = len(groups)
        groups.append(Group(_name([graph.nodes[spot] for spot in part], run), run.repeats))
    return contract(graph, member, groups)


def by_chain(graph: Graph) -> Graph:
    """Graf yang setiap rantai operasi tanpa cabang menjadi satu kartu."""
    wanted = {output.node for output in graph.outputs}
    nodes = graph.nodes
    consumers = [0] * len(nodes)
    producers: list[list[int]] = [[] for _ in nodes]
    for edge in graph.edges:
        consumers[edge.source] += 1
        if not tensor(nodes[edge.source]):
            producers[edge.target].append(edge.source)
    chains: dict[int, list[int]] = {}
    head = list(range(len(nodes)))
    for index, node in enumerate(nodes):
        if tensor(node) or node.role == "group" or node.name or index in wanted:
            continue
        if len(producers[index]) == 1 and consumers[producers[index][0]] == 1 and producers[index][0] in chains:
            head[index] = head[producers[index][0]]
        chains.setdefault(head[index], []).append(index)
        chains.setdefault(index, chains[head[index]])
    member = [-1] * len(nodes)
    groups: list[Group] = []
    for first, part in chains.items():
        if head[first] == first and len(part) > 1:
            for index in part:
                member[index] = len(groups)
            groups.append(Group(_listed([short(nodes[index].op) for index in part])))
    return contract(graph, member, groups) if groups else graph


def runs(tokens: Sequence[Hashable]) -> list[Run]:
    """Pola berulang yang tidak tumpang tindih, yang terpanjang lebih dulu dipilih, urut menurut tempat.

    >>> runs("xababababy")
    [Run(start=1, period=2, repeats=4)]
    """
    numbers: dict[Hashable, int] = {}
    sequence = [numbers.setdefault(token, len(numbers)) for token in tokens]
    found = [run for period in _periods(sequence) for run in _stretches(sequence, period)]
    found.sort(key=lambda run: (-run.period * run.repeats, run.period, run.start))
    taken = bytearray(len(sequence))
    chosen: list[Run] = []
    for run in found:
        start, end = run.start, run.start + run.period * run.repeats
        if taken[start] or taken[end - 1] or any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * (end - start)
        chosen.append(run)
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


def _stretches(sequence: Sequence[int], period: int) -> list[Run]:
    """Maximal stretches that repeat with this period often enough to be worth a card."""
    least = 2 if period >= NAMED else 3
    found: list[Run] = []
    start = 0
    same = [a == b for a, b in zip(sequence, sequence[period:], strict=False)]
    same.append(False)
    for index, equal in enumerate(same):
        if not equal:
            repeats = (index + period - start) // period
            if repeats >= least:
                found.append(Run(start, period, repeats))
            start = index + 1
    return found


def _token(node: Node, own: int) -> Hashable:
    """What two operations have in common to count as the same; outputs and named ones are like no other."""
    if node.role == "group":
        return node.count, node.shapes, node.attributes
    return node.op, node.name, own


def _name(part: Sequence[Node], run: Run) -> str:
    first = part[: run.period]
    modules = [node for node in part if node.role == "group"]
    if modules:
        return f"{modules[0].op} … {modules[-1].op}"
    name = _listed([short(node.op) for node in first])
    return f"{run.repeats} × {name}" if run.period == 1 else f"{run.repeats} × ({name})"


def _listed(ops: Sequence[str]) -> str:
    shown = ops if len(ops) <= NAMED else [*ops[: NAMED - 2], "…", ops[-1]]
    return " → ".join(shown)
