"""Graf yang siap digambar: pemindah data dilipat, yang terlalu besar diringkas, daun yang jauh menjadi keping."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from autograd_viz.graph import Graph
from autograd_viz.simplifying.chips import chips
from autograd_viz.simplifying.fold import drop_scalars, fold
from autograd_viz.simplifying.indexes import merge_indexes
from autograd_viz.simplifying.modules import CARDS, by_module
from autograd_viz.simplifying.patterns import by_chain, by_pattern

Detail = Literal["lesson", "full"]
Collapse = Literal["auto", "module", "pattern"] | None
READABLE = 150  # cards; a larger picture is collapsed by "auto"
AGAIN = 3  # uses that make a parameter one of a loop
PASSES = 3


def simplify(graph: Graph, detail: Detail = "lesson", collapse: Collapse = "auto") -> Graph:
    """Graf yang lebih mudah dibaca, dengan keluaran yang sama.

    `detail="lesson"` melipat operasi pemindah data ke panah; "full" menggambar semua simpul. `collapse="auto"`
    meringkas graf di atas 150 simpul; "module" dan "pattern" selalu meringkas; None tidak pernah.
    Galat: `ValueError` bila pilihan tidak dikenal, atau "module" diminta padahal nama modul tidak ada.

    >>> from autograd_viz.graph import Edge, Node, Output
    >>> w, t, y = Node("AccumulateGrad", "leaf"), Node("TBackward0", "operation"), Node("MmBackward0", "output")
    >>> [node.op for node in simplify(Graph((w, t, y), (Edge(0, 1, 0), Edge(1, 2, 1)), (Output(2),))).nodes]
    ['AccumulateGrad', 'MmBackward0']
    """
    if detail not in ("lesson", "full"):
        raise ValueError(f"detail={detail!r} tidak dikenal. Pilih 'lesson' (ringkas) atau 'full' (semua simpul).")
    if detail == "lesson":
        graph = drop_scalars(fold(merge_indexes(graph)))
    return chips(collapsed(graph, collapse))


def collapsed(graph: Graph, mode: Collapse = "auto") -> Graph:
    """Graf yang bagian-bagiannya menjadi simpul kelompok; jumlah `count` semua simpul tetap sama.

    Galat: `ValueError` seperti pada `simplify`.

    >>> from autograd_viz.graph import Edge, Node
    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> graph = Graph((x, *[s] * 200), tuple(Edge(i, i + 1, 0) for i in range(200)))
    >>> [(node.name, node.count) for node in collapsed(graph).nodes]
    [('x', 1), ('200 × Sin', 200)]
    """
    if not (mode is None or mode in ("auto", "module", "pattern")):
        raise ValueError(
            f"collapse={mode!r} tidak dikenal. Pilih 'auto' (bila di atas {READABLE} simpul), 'module' (selalu per "
            "nn.Module), 'pattern' (selalu per pola berulang), atau None (gambar semua simpul)."
        )
    if mode is None or any(node.role == "group" for node in graph.nodes):
        return graph
    if mode == "pattern":
        return _by_pattern(graph)
    if mode == "module":
        found = by_module(graph)
        if found is None:
            raise ValueError(
                "collapse='module' tidak dapat meringkas: tidak ada simpul yang diketahui nn.Module-nya. "
                "Berikan names=model agar parameternya dikenali, atau pilih collapse='pattern'."
            )
        return found
    return _auto(graph) if len(graph.nodes) > READABLE else graph


def _auto(graph: Graph) -> Graph:
    found = by_module(graph)
    if found is None:
        return _by_pattern(graph)
    if _reused(graph):
        repeated = _by_pattern(graph)
        if len(repeated.nodes) <= CARDS:
            return repeated
    return _by_pattern(found) if len(found.nodes) > READABLE else found


def _reused(graph: Graph) -> bool:
    """Whether most parameters work again and again, as in a loop over time: a card per module would hide the steps."""
    uses = Counter(edge.source for edge in graph.edges if graph.nodes[edge.source].role == "leaf")
    return 2 * sum(count >= AGAIN for count in uses.values()) > len(uses)


def _by_pattern(graph: Graph) -> Graph:
    for _ in range(PASSES):
        before = len(graph.nodes)
        graph = by_pattern(graph)
        if len(graph.nodes) <= READABLE or len(graph.nodes) == before:
            break
    return by_chain(graph) if len(graph.nodes) > READABLE else graph
