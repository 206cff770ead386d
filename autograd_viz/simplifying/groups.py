"""Beberapa simpul menjadi satu simpul kelompok, tanpa pernah membuat lingkaran."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from autograd_viz.graph import Edge, Graph, Node
from autograd_viz.simplifying.group_node import group_node

INPUTS_SHOWN = 12  # caller's own inputs that keep their card when a group takes their only use
PARALLEL = 3  # arrows between the same two cards, when the second is no group


Chunk = tuple[int, ...]
_NO_CHUNKS: Mapping[int, tuple[Chunk, ...]] = MappingProxyType({})


class Group(NamedTuple):
    """Nama kelompok, berapa kali polanya berulang di dalamnya, dan operasi setiap ulangan bila diketahui."""

    name: str
    repeats: int = 1
    chunks: tuple[Chunk, ...] = ()


class Fold(NamedTuple):
    """Satu pelipatan: graf sebelum dan sesudahnya.

    `parts` memuat simpul-simpul `before` di balik setiap simpul `graph`; `chunks` operasi setiap ulangan di balik
    simpul kelompok yang berulang.
    """

    before: Graph
    graph: Graph
    parts: tuple[Chunk, ...]
    chunks: Mapping[int, tuple[Chunk, ...]] = _NO_CHUNKS


def contract(graph: Graph, member: Sequence[int], groups: Sequence[Group]) -> Graph:
    """Graf yang simpul-simpul ber-`member` sama menjadi satu; `member` -1 berarti simpul itu berdiri sendiri.

    `member` memuat indeks ke `groups` untuk setiap simpul. Bila sebuah kelompok tidak dapat menjadi satu tanpa
    lingkaran, ia menjadi beberapa kelompok bernama sama.

    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> chain = Graph((x, s, s, s), (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 3, 0)))
    >>> [(n.name, n.count) for n in contract(chain, [-1, 0, 0, -1], [Group("sin")]).nodes]
    [('x', 1), ('sin', 2), (None, 1)]
    """
    return contracted(graph, member, groups).graph


def contracted(
    graph: Graph, member: Sequence[int], groups: Sequence[Group], apart: Collection[int] = frozenset()
) -> Fold:
    """Seperti `contract`, beserta asal setiap simpulnya; daun dan konstanta di `apart` tidak ikut masuk kelompok.

    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> contracted(Graph((x, s, s), (Edge(0, 1, 0), Edge(1, 2, 0))), [-1, 0, 0], [Group("sin")]).parts
    ((0,), (1, 2))
    """
    inside = _with_leaves(graph, member, apart)
    parts = _schedule(graph, inside)
    places = [0] * len(graph.nodes)
    nodes: list[Node] = []
    for part in parts:
        for index in part:
            places[index] = len(nodes)
        nodes.append(graph.nodes[part[0]])
    leaving = _leaving(graph, places)
    chunks: dict[int, tuple[Chunk, ...]] = {}
    for place, part in enumerate(parts):
        group = inside[part[0]]
        if group >= 0 and len(part) > 1:
            last = graph.nodes[leaving.get(place, max(i for i in part if not tensor(graph.nodes[i])))]
            members = [graph.nodes[index] for index in part]
            nodes[place] = group_node(members, groups[group].name, groups[group].repeats, last)
            if groups[group].chunks and {i for chunk in groups[group].chunks for i in chunk} <= set(part):
                chunks[place] = groups[group].chunks
    outputs = tuple(output._replace(node=places[output.node]) for output in graph.outputs)
    folded = Graph(tuple(nodes), _edges(graph, places, nodes), outputs)
    return Fold(graph, folded, tuple([tuple(sorted(part)) for part in parts]), chunks)


def tensor(node: Node) -> bool:
    """Apakah simpul ini tensor tanpa masukan (daun atau konstanta), bukan operasi."""
    return node.role in ("leaf", "constant")


def _with_leaves(graph: Graph, member: Sequence[int], apart: Collection[int]) -> list[int]:
    """Leaves and constants that feed one group only go inside, but for the caller's own few inputs."""
    inside = list(member)
    wanted = {*apart, *(output.node for output in graph.outputs)}
    feeds: dict[int, int] = {}
    for edge in graph.edges:
        if tensor(graph.nodes[edge.source]):
            group = member[edge.target]
            feeds[edge.source] = group if feeds.get(edge.source, group) == group else -1
    own: list[int] = []
    for leaf, group in feeds.items():
        if group < 0 or leaf in wanted:
            continue
        node = graph.nodes[leaf]
        if node.name and "." not in node.name and not node.module:
            own.append(leaf)
        else:
            inside[leaf] = group
    if len(own) > INPUTS_SHOWN:
        for leaf in own:
            inside[leaf] = feeds[leaf]
    return inside


def _schedule(graph: Graph, inside: Sequence[int]) -> list[list[int]]:
    """The nodes as parts in topological order: a single node, or a group in as few parts as possible.

    Parts are stretches of a topological order, so contracting them makes no cycle. A group whose outer inputs are
    all done runs through; only where there is no such group is one begun that has to pause, and so becomes two parts.
    """
    nodes = graph.nodes
    tensors = [tensor(node) for node in nodes]
    consumers: list[list[int]] = [[] for _ in nodes]
    producers: list[list[int]] = [[] for _ in nodes]
    waiting = [0] * len(nodes)
    outer: dict[int, int] = {}  # group → edges from outside that are not done yet
    for edge in graph.edges:
        if tensors[edge.source]:
            producers[edge.target].append(edge.source)
            continue
        consumers[edge.source].append(edge.target)
        waiting[edge.target] += 1
        group = inside[edge.target]
        if group >= 0 and inside[edge.source] != group:
            outer[group] = outer.get(group, 0) + 1
    ready: dict[int, list[int]] = {}  # members whose inputs are done
    free: list[int] = []  # heap: singles, and one ready member of each group that can run through
    paused: list[int] = []  # heap: ready members of the other groups
    done = [False] * len(nodes)

    def offer(index: int) -> None:
        group = inside[index]
        if group < 0:
            heapq.heappush(free, index)
        else:
            ready.setdefault(group, []).append(index)
            heapq.heappush(paused if outer.get(group) else free, index)

    for index, is_tensor in enumerate(tensors):
        if not is_tensor and not waiting[index]:
            offer(index)
    used = {edge.source for edge in graph.edges}
    parts = [[index] for index, is_tensor in enumerate(tensors) if is_tensor and index not in used]
    while free or paused:
        index = heapq.heappop(free or paused)
        if done[index]:
            continue
        group = inside[index]
        queue = [index] if group < 0 else ready.pop(group)
        freed: set[int] = set()
        for current in queue:  # grows while it is walked
            done[current] = True
            for target in consumers[current]:
                waiting[target] -= 1
                other = inside[target]
                if other >= 0 and other != group:
                    outer[other] -= 1
                    if not outer[other]:
                        freed.add(other)
                if not waiting[target]:
                    if other == group and group >= 0:
                        queue.append(target)
                    else:
                        offer(target)
        for other in sorted(freed):
            if other in ready:
                heapq.heappush(free, ready[other][0])
        queue.sort()
        for leaf in [leaf for member in queue for leaf in producers[member]]:
            if not done[leaf]:
                done[leaf] = True
                if group >= 0 and inside[leaf] == group:
                    queue.append(leaf)
                else:
                    parts.append([leaf])
        parts.append(queue)
    return parts


def _leaving(graph: Graph, places: Sequence[int]) -> dict[int, int]:
    """The last node of each place that is used outside of it."""
    leaving: dict[int, int] = {}
    for edge in graph.edges:
        place = places[edge.source]
        if place != places[edge.target]:
            leaving[place] = max(leaving.get(place, -1), edge.source)
    return leaving


def _edges(graph: Graph, places: Sequence[int], nodes: Sequence[Node]) -> tuple[Edge, ...]:
    """Arrows between cards; those that run side by side into a group become one."""
    bundles: dict[tuple[int, int], list[Edge]] = {}
    for edge in graph.edges:
        ends = places[edge.source], places[edge.target]
        if ends[0] != ends[1]:
            bundles.setdefault(ends, []).append(edge)
    slots = [0] * len(nodes)
    edges: list[Edge] = []
    for (source, target), bundle in sorted(bundles.items(), key=lambda item: (item[0][1], item[1][0].slot, item[0][0])):
        into_group = nodes[target].role == "group"
        whole = nodes[source].role == "group"
        if into_group or (whole and len(bundle) > PARALLEL):
            slot = slots[target] if into_group else bundle[0].slot
            slots[target] += 1
            edges.append(_bundled(bundle, Edge(source, target, slot, 0 if whole else bundle[0].output)))
        else:
            outputs = [0 if whole else edge.output for edge in bundle]
            edges += [e._replace(source=source, target=target, output=o) for e, o in zip(bundle, outputs, strict=True)]
    return tuple(edges)


def _bundled(bundle: Sequence[Edge], edge: Edge) -> Edge:
    """One arrow for several: how many tensors it carries, or what is folded into each of them alike."""
    carried = {(one.source, one.output): one.tensors for one in bundle}
    if len(carried) > 1:
        return edge._replace(tensors=sum(carried.values()))
    folded = {(one.label, one.skipped) for one in bundle}
    known = edge._replace(tensors=bundle[0].tensors)
    return known._replace(label=bundle[0].label, skipped=bundle[0].skipped) if len(folded) == 1 else known
