"""Daun yang dipakai berjauhan menjadi satu kartu penuh dan beberapa keping kecil."""

from __future__ import annotations

from .graph import Edge, Graph, Node

FAR = 4  # layers between first and last use that a leaf with many uses may bridge
FAR_FEW = 12  # the same for two or three uses: a skip connection stays visible
FEW = 3
WIDEST = 12  # uses that one card may serve, however near they are
_Uses = list[tuple[int, list[Edge]]]  # depth and edges of each consumer


def chips(graph: Graph) -> Graph:
    """Graf yang daun dan konstanta bersamanya digambar sekali per pemakaian bila pemakainya berjauhan.

    Pemakaian pertama tetap kartu penuh; yang berikutnya simpul baru dengan `chip=True` dan `count=0`.
    Pemakaian yang berdekatan, misalnya `w * w`, tetap satu kartu.

    >>> w, y = Node("AccumulateGrad", "leaf", "w"), Node("MulBackward0", "output")
    >>> len(chips(Graph((w, y), (Edge(0, 1, 0), Edge(0, 1, 1)))).nodes)
    2
    """
    nodes = graph.nodes
    if any(node.chip for node in nodes):
        return graph
    shared = _shared(graph)
    if not shared:
        return graph
    before: dict[int, list[tuple[int, list[Edge]]]] = {}  # consumer → the chips that stand just before it
    for leaf, uses in shared.items():
        for cluster in _clusters(uses)[1:]:
            edges = [edge for _, part in cluster for edge in part]
            before.setdefault(min(edge.target for edge in edges), []).append((leaf, edges))
    if not before:
        return graph
    made: list[Node] = []
    places: list[int] = []
    sources: dict[Edge, int] = {}
    for index, node in enumerate(nodes):
        for leaf, edges in before.get(index, ()):
            sources.update(dict.fromkeys(edges, len(made)))
            made.append(nodes[leaf]._replace(chip=True, count=0))
        places.append(len(made))
        made.append(node)
    moved = tuple(
        Edge(sources.get(edge, places[edge.source]), places[edge.target], edge.slot, edge.output, edge.label)
        for edge in graph.edges
    )
    outputs = tuple(output._replace(node=places[output.node]) for output in graph.outputs)
    return Graph(tuple(made), moved, outputs)


def _shared(graph: Graph) -> dict[int, _Uses]:
    """Leaves and constants with several consumers: the depth and the edges of each, shallow ones first."""
    depth = [0] * len(graph.nodes)
    uses: dict[int, dict[int, list[Edge]]] = {}
    tensors = [node.role in ("leaf", "constant") for node in graph.nodes]
    incoming: list[list[Edge]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        incoming[edge.target].append(edge)
    for target, edges in enumerate(incoming):
        for edge in edges:
            depth[target] = max(depth[target], depth[edge.source] + 1)
            if tensors[edge.source]:
                uses.setdefault(edge.source, {}).setdefault(target, []).append(edge)
    return {
        leaf: sorted(((depth[target], edges) for target, edges in found.items()), key=lambda use: use[0])
        for leaf, found in uses.items()
        if len(found) > 1
    }


def _clusters(uses: _Uses) -> list[_Uses]:
    """Uses that share a card: all of them while they are near, else only those on neighbouring layers."""
    near = FAR if len(uses) > FEW else FAR_FEW
    reach = near if uses[-1][0] - uses[0][0] <= near else 1
    clusters: list[_Uses] = []
    for use in uses:
        if not clusters or use[0] - clusters[-1][0][0] > reach or len(clusters[-1]) >= WIDEST:
            clusters.append([])
        clusters[-1].append(use)
    return clusters
