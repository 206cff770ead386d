"""Tingkat setiap simpul: seberapa jauh dari masukan, seperti graf itu dijalankan langkah demi langkah."""

from __future__ import annotations

from autograd_viz.graph import Graph


def levels(graph: Graph) -> list[int]:
    """Tingkat setiap simpul; setiap panah naik sedikitnya satu tingkat.

    Cabang yang hanya dipakai di satu tempat berdiri tepat sebelum pemakainya, misalnya masukan setiap langkah RNN.

    >>> from autograd_viz.graph import Edge, Node
    >>> x, s, add = Node("", "constant"), Node("SinBackward0", "operation"), Node("AddBackward0", "operation")
    >>> levels(Graph((x, s, s, x, add), (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 4, 0), Edge(3, 4, 1))))
    [0, 1, 2, 2, 3]
    """
    found = [0] * len(graph.nodes)
    consumers = [0] * len(graph.nodes)
    tensors = [node.role in ("leaf", "constant") for node in graph.nodes]
    fixed = [False] * len(graph.nodes)  # something that it depends on is used elsewhere too
    for edge in graph.edges:
        consumers[edge.source] += 1
    for edge in sorted(graph.edges, key=lambda edge: edge.target):
        source, target = edge.source, edge.target
        found[target] = max(found[target], found[source] + 1)
        fixed[target] |= not tensors[source] and (fixed[source] or consumers[source] > 1)
    for edge in sorted(graph.edges, key=lambda edge: -edge.source):
        if consumers[edge.source] == 1 and not fixed[edge.source]:
            found[edge.source] = found[edge.target] - 1
    return found
