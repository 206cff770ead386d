"""Daun yang dipakai berjauhan menjadi satu kartu penuh dan beberapa keping kecil."""

from __future__ import annotations

from typing import NamedTuple

from autograd_viz.graph import Edge, Graph, Node
from autograd_viz.simplifying.levels import levels

FAR = 4  # levels between first and last use that a leaf with many uses may bridge
FAR_FEW = 12  # the same for two or three uses: a skip connection stays visible
FEW = 3
WIDEST = 12  # uses that one card may serve, however near they are


class Use(NamedTuple):
    """One consumer of a leaf: its level, and the arrows to it."""

    level: int
    target: int
    edges: tuple[Edge, ...]


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
            edges = [edge for use in cluster for edge in use.edges]
            before.setdefault(min(use.target for use in cluster), []).append((leaf, edges))
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
        edge._replace(source=sources.get(edge, places[edge.source]), target=places[edge.target])
        for edge in graph.edges
    )
    outputs = tuple(output._replace(node=places[output.node]) for output in graph.outputs)
    return Graph(tuple(made), moved, outputs)


def _shared(graph: Graph) -> dict[int, list[Use]]:
    """The uses of the leaves and constants with several consumers, low levels first."""
    level = levels(graph)
    tensors = [node.role in ("leaf", "constant") for node in graph.nodes]
    uses: dict[int, dict[int, list[Edge]]] = {}
    for edge in graph.edges:
        if tensors[edge.source]:
            uses.setdefault(edge.source, {}).setdefault(edge.target, []).append(edge)
    return {
        leaf: sorted(Use(level[target], target, tuple(edges)) for target, edges in found.items())
        for leaf, found in sorted(uses.items())
        if len(found) > 1
    }


def _clusters(uses: list[Use]) -> list[list[Use]]:
    """Uses that share a card: all of them while they are near, else only those on neighbouring levels."""
    near = FAR if len(uses) > FEW else FAR_FEW
    reach = near if uses[-1].level - uses[0].level <= near else 1
    clusters: list[list[Use]] = []
    for use in uses:
        if not clusters or use.level - clusters[-1][0].level > reach or len(clusters[-1]) >= WIDEST:
            clusters.append([])
        clusters[-1].append(use)
    return clusters
