"""Beberapa operasi yang bersama-sama satu indeks Python, seperti `x[1:, 2]`, menjadi satu simpul."""

from __future__ import annotations

from copy import deepcopy

from autograd_viz.graph import Edge, Graph, Node
from autograd_viz.operations.indexing import INDEX, PARTS, PLAIN, TENSORS, Index, dimensions_of


def merge_indexes(graph: Graph) -> Graph:
    """Graf yang rantai `Select`, `Slice`, `Unsqueeze`, dan `Index` di antara dua tensor menjadi satu simpul.

    Simpul bernama, keluaran, dan yang dipakai beberapa kali tetap tinggal, begitu pula yang tidak pasti satu indeks.

    >>> cut = (("dim", "0"), ("start", "1"), ("self_sizes", "(3, 3)"))
    >>> slice_ = Node("SliceBackward0", "operation", attributes=cut)
    >>> select = Node("SelectBackward0", "output", attributes=(("dim", "1"), ("index", "2"), ("self_sizes", "(2, 3)")))
    >>> x = Node("", "leaf", "x")
    >>> small = merge_indexes(Graph((x, slice_, select), (Edge(0, 1, 0), Edge(1, 2, 0))))
    >>> [dict(node.attributes).get("·index") for node in small.nodes]
    [None, '[1:, 2]']
    """
    nodes = graph.nodes
    if sum(node.op in PLAIN or node.op == TENSORS for node in nodes) < 2:
        return graph
    into: dict[int, list[Edge]] = {}
    consumers = [0] * len(nodes)
    for edge in graph.edges:
        into.setdefault(edge.target, []).append(edge)
        consumers[edge.source] += 1
    wanted = {output.node for output in graph.outputs}
    built: dict[int, tuple[Index, list[int]]] = {}  # node → its index, and the nodes that have gone into it
    for number, node in enumerate(nodes):
        edges = into.get(number, [])
        if not (node.op in PLAIN or node.op == TENSORS) or len(edges) != 1 or edges[0].output or edges[0].label:
            continue
        before = edges[0].source
        inner = nodes[before]
        index, chain = None, [number]
        if before in built and not inner.name and consumers[before] == 1 and before not in wanted:
            index = deepcopy(built[before][0])
            if index.apply(node.op, dict(node.attributes)):
                chain = [*built[before][1], number]
            else:
                index = None
        if index is None:
            count = dimensions_of(dict(node.attributes), len(inner.shape) if inner.shape is not None else None)
            if count is None:
                continue
            index = Index(count)
            if not index.apply(node.op, dict(node.attributes)):
                continue
        built[number] = index, chain
    ends = {number for number, (_, chain) in built.items() if len(chain) > 1}
    ends -= {inner for number in ends for inner in built[number][1][:-1]}
    ends = {number for number in ends if any(nodes[one].op != "UnsqueezeBackward0" for one in built[number][1])}
    gone = {inner for number in ends for inner in built[number][1][:-1]}
    if not gone:
        return graph
    return _without(graph, gone, {number: built[number] for number in ends}, into)


def _without(
    graph: Graph, gone: set[int], ends: dict[int, tuple[Index, list[int]]], into: dict[int, list[Edge]]
) -> Graph:
    places: list[int] = []
    kept: list[Node] = []
    for number, node in enumerate(graph.nodes):
        places.append(len(kept))
        if number in gone:
            continue
        if number in ends:
            others = tuple(one for one in node.attributes if one[0] != PARTS)
            node = node._replace(attributes=(*others, (INDEX, ends[number][0].text)))
        kept.append(node)
    edges = []
    for edge in graph.edges:
        if edge.target in gone:
            continue
        if edge.target in ends:
            first = into[ends[edge.target][1][0]][0]
            edge = edge._replace(source=first.source, output=first.output)
        edges.append(edge._replace(source=places[edge.source], target=places[edge.target]))
    outputs = tuple(output._replace(node=places[output.node]) for output in graph.outputs)
    return Graph(tuple(kept), tuple(edges), outputs)
