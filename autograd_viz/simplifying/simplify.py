"""Graf yang siap digambar: pemindah data dilipat, yang terlalu besar diringkas, daun yang jauh menjadi keping."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from autograd_viz.graph import Graph
from autograd_viz.simplifying.chips import chips
from autograd_viz.simplifying.fold import drop_scalars, fold
from autograd_viz.simplifying.groups import Fold
from autograd_viz.simplifying.indexes import merge_indexes
from autograd_viz.simplifying.modules import CARDS, by_module, is_row
from autograd_viz.simplifying.patterns import by_chain, by_pattern
from autograd_viz.simplifying.quotients import merge_quotients
from autograd_viz.simplifying.steps import are_apart, by_round, by_turn, by_use

Detail = Literal["lesson", "full"]
Collapse = Literal["auto", "module", "pattern"] | None
READABLE = 150  # cards; a larger picture is collapsed by "auto"
ROWS = 2  # a picture of more rows is collapsed too, unless it has few cards
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
    return chips(collapsed(without_moves(graph, detail), collapse))


def without_moves(graph: Graph, detail: Detail = "lesson") -> Graph:
    """Graf yang pemindah datanya dilipat ke panah, atau graf itu sendiri bila `detail` "full".

    Galat: `ValueError` bila pilihan tidak dikenal.
    """
    if detail not in ("lesson", "full"):
        raise ValueError(f"detail={detail!r} tidak dikenal. Pilih 'lesson' (ringkas) atau 'full' (semua simpul).")
    return drop_scalars(fold(merge_quotients(merge_indexes(graph)))) if detail == "lesson" else graph


def collapsed(graph: Graph, mode: Collapse = "auto") -> Graph:
    """Graf yang bagian-bagiannya menjadi simpul kelompok; jumlah `count` semua simpul tetap sama.

    Galat: `ValueError` seperti pada `simplify`.

    >>> from autograd_viz.graph import Edge, Node
    >>> x, s = Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "operation")
    >>> graph = Graph((x, *[s] * 200), tuple(Edge(i, i + 1, 0) for i in range(200)))
    >>> [(node.name, node.count) for node in collapsed(graph).nodes]
    [('x', 1), ('200 × Sin', 200)]
    """
    found = folds(graph, mode)
    return found[-1].graph if found else graph


def folds(
    graph: Graph, mode: Collapse = "auto", depth: int | None = None, columns: int | None = None
) -> tuple[Fold, ...]:
    """Pelipatan berturut-turut yang meringkas graf ini; kosong bila ia tetap utuh.

    `depth` meminta satu kartu per modul sedalam itu. `columns` banyaknya kartu yang muat dalam satu baris gambar.
    Galat: `ValueError` seperti pada `simplify`, atau bila `depth` bukan bilangan bulat positif.
    """
    if not (mode is None or mode in ("auto", "module", "pattern")):
        raise ValueError(
            f"collapse={mode!r} tidak dikenal. Pilih 'auto' (bila di atas {READABLE} simpul), 'module' (selalu per "
            "nn.Module), 'pattern' (selalu per pola berulang), atau None (gambar semua simpul)."
        )
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise ValueError(
            f"depth={depth!r} bukan kedalaman modul. Pilih bilangan bulat mulai dari 1: 1 berarti satu kartu per modul "
            "paling luar, 2 satu kartu per modul di dalamnya, dan seterusnya."
        )
    if any(node.role == "group" for node in graph.nodes) or (mode is None and depth is None):
        return ()
    if mode == "pattern" and depth is None:
        return _by_pattern(graph)
    if mode == "module" or depth is not None:
        found = by_module(graph, depth, columns)
        if not found:
            asked = "collapse='module'" if depth is None else f"depth={depth}"
            raise ValueError(
                f"{asked} tidak dapat meringkas: tidak ada simpul yang diketahui nn.Module-nya. "
                "Berikan names=model agar parameternya dikenali, atau pilih collapse='pattern'."
            )
        return found
    return () if _is_readable(graph, columns) else _auto(graph, columns)


def refold(graph: Graph, columns: int) -> tuple[Fold, ...]:
    """Seperti `folds`, juga untuk graf yang sudah memuat simpul kelompok: isi sebuah kartu yang dibuka."""
    return () if _is_readable(graph, columns) else _auto(graph, columns)


def _is_readable(graph: Graph, columns: int | None) -> bool:
    count = sum(not node.chip for node in graph.nodes)
    return count <= CARDS or (count <= READABLE and is_row(graph, columns and ROWS * columns))


def _auto(graph: Graph, columns: int | None) -> tuple[Fold, ...]:
    turned = by_turn(graph)  # as in the code, where that is known
    found = by_module(graph, columns=columns)
    if turned is not None and len(turned.graph.nodes) > CARDS and found and _fewer(found[-1], turned):
        turned = None  # a small loop inside of a module
    rounds = turned if turned is not None and are_apart(turned) else by_round(graph)
    if rounds is not None:
        return (rounds, *_by_pattern(rounds.graph)) if len(rounds.graph.nodes) > READABLE else (rounds,)
    loops = (turned,) if turned is not None and len(turned.graph.nodes) <= READABLE else _by_use(graph)
    if not found:
        return loops or _by_pattern(graph)
    if _reused(graph):
        repeated = loops or _by_pattern(graph)
        if repeated and len(repeated[-1].graph.nodes) <= CARDS:
            return repeated
    return (*found, *_by_pattern(found[-1].graph)) if len(found[-1].graph.nodes) > READABLE else found


def _fewer(one: Fold, other: Fold) -> bool:
    return len(one.graph.nodes) < len(other.graph.nodes)


def _by_use(graph: Graph) -> tuple[Fold, ...]:
    used = by_use(graph)
    return (used,) if used else ()


def _reused(graph: Graph) -> bool:
    """Whether most work is done by parameters that work again and again: a card per module would hide the steps."""
    uses = Counter(edge.source for edge in graph.edges if graph.nodes[edge.source].role == "leaf").values()
    return 2 * sum(count for count in uses if count >= AGAIN) > sum(uses)


def _by_pattern(graph: Graph) -> tuple[Fold, ...]:
    found: list[Fold] = []
    for _ in range(PASSES):
        repeated = by_pattern(graph)
        if repeated is None or len(repeated.graph.nodes) == len(graph.nodes):
            break
        found.append(repeated)
        graph = repeated.graph
        if len(graph.nodes) <= READABLE:
            break
    if len(graph.nodes) > READABLE and (chained := by_chain(graph)):
        found.append(chained)
    return tuple(found)
