"""Operasi yang hanya memindahkan data menjadi label panah; konstanta skalar menjadi angka di kartu."""

from __future__ import annotations

import functools
import re

from autograd_viz.graph import Edge, Graph, Node, Output, operand
from autograd_viz.operations.indexing import INDEX
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.ops import lookup

SHOWN = ("CloneBackward0",)  # moves data too, but a learner who calls clone() looks for its card
_NUMBERED = operand(0).removesuffix("0")
LABEL_LIMIT = 6  # a longer run of folded operations is abbreviated in the middle
_Route = tuple[int, int, tuple[str, ...], int]  # source, its output, first labels and the last, how many in all


def fold(graph: Graph) -> Graph:
    """Graf yang sama tanpa simpul pemindah data (T, View, …); namanya pindah ke `Edge.label`.

    Simpul bernama, keluaran, dan simpul dengan beberapa masukan atau keluaran tetap tinggal.

    >>> w, t, y = Node("AccumulateGrad", "leaf"), Node("TBackward0", "operation"), Node("MmBackward0", "output")
    >>> fold(Graph((w, t, y), (Edge(0, 1, 0), Edge(1, 2, 1)), (Output(2),))).edges
    (Edge(source=0, target=1, slot=1, output=0, label=('T',), skipped=0, tensors=1),)
    """
    nodes, edges = graph.nodes, graph.edges
    foldable = _foldable(graph)
    if True not in foldable:
        return graph
    incoming: dict[int, Edge] = {edge.target: edge for edge in edges if foldable[edge.target]}
    routes: dict[int, _Route] = {}
    modules: dict[int, str | None] = {}
    for index, is_foldable in enumerate(foldable):  # topological: the source's route is known
        if is_foldable:
            edge = incoming[index]
            source, output, label, length = routes.get(edge.source, (edge.source, edge.output, (), 0))
            label, length = _extend(label, length + edge.skipped, edge.label, short(nodes[index].op))
            routes[index] = source, output, label, length
            modules[index] = nodes[index].module or modules.get(edge.source)
    places = _places(foldable)
    kept: list[Edge] = []
    owners: dict[int, str] = {}
    for edge in edges:
        if foldable[edge.target]:
            continue
        if foldable[edge.source]:
            source, output, label, length = routes[edge.source]
            label, length = _extend(label, length + edge.skipped, edge.label)
            module = modules[edge.source]
            if module and not nodes[edge.target].module:
                owners.setdefault(edge.target, module)
            edge = Edge(places[source], places[edge.target], edge.slot, output, *_short(label, length))
        else:
            edge = edge._replace(source=places[edge.source], target=places[edge.target])
        kept.append(edge)
    # An operation whose parameter came through a folded T belongs to the module that owned the T.
    remaining = tuple(
        node._replace(module=owners[index]) if index in owners else node
        for index, node in enumerate(nodes)
        if not foldable[index]
    )
    outputs = tuple(output._replace(node=places[output.node]) for output in graph.outputs)
    return Graph(remaining, tuple(kept), outputs)


def drop_scalars(graph: Graph) -> Graph:
    """Graf tanpa konstanta skalar tak bernama; angkanya menjadi atribut ("·slot1", "2") pada pemakainya.

    Konstanta yang sudah tidak diketahui apa-apanya, karena simpanannya dibebaskan, hilang tanpa atribut.

    >>> from autograd_viz.graph import Value
    >>> two = Node("", "constant", shapes=((),), value=Value((), "float32", (2.0,)))
    >>> y = Node("MulBackward0", "output")
    >>> small = drop_scalars(Graph((Node("AccumulateGrad", "leaf"), two, y), (Edge(0, 2, 0), Edge(1, 2, 1))))
    >>> small.nodes[1].attributes
    (('·slot1', '2'),)
    """
    plain = [(index, node) for index, node in enumerate(graph.nodes) if not node.chip]  # a chip is drawn already
    texts = {index: text for index, node in plain if (text := _scalar(node)) is not None}
    for output in graph.outputs:
        texts.pop(output.node, None)
    if not texts:
        return graph
    gone = [index in texts for index in range(len(graph.nodes))]
    places = _places(gone)
    added: dict[int, list[tuple[str, str]]] = {}
    edges: list[Edge] = []
    for edge in graph.edges:
        if gone[edge.source]:
            if texts[edge.source]:
                added.setdefault(edge.target, []).append((operand(edge.slot), texts[edge.source]))
        else:
            edges.append(edge._replace(source=places[edge.source], target=places[edge.target]))
    nodes = tuple(
        node._replace(attributes=node.attributes + tuple(added[index])) if index in added else node
        for index, node in enumerate(graph.nodes)
        if not gone[index]
    )
    outputs = tuple(Output(places[output.node], output.output, output.name) for output in graph.outputs)
    return Graph(nodes, tuple(edges), outputs)


def _foldable(graph: Graph) -> list[bool]:
    inputs, consumers = [0] * len(graph.nodes), [0] * len(graph.nodes)
    pieces = [False] * len(graph.nodes)
    for edge in graph.edges:
        inputs[edge.target] += 1
        consumers[edge.source] += 1
        if edge.output:
            pieces[edge.source] = True
    wanted = {output.node for output in graph.outputs}
    return [
        node.role == "operation"
        and inputs[index] == 1
        and consumers[index] > 0
        and not pieces[index]
        and len(node.shapes) <= 1
        and node.name is None
        and node.grad is None
        and index not in wanted
        and node.op not in SHOWN
        and lookup(node.op).moves
        and not any(name.startswith((_NUMBERED, INDEX)) for name, _ in node.attributes)
        for index, node in enumerate(graph.nodes)
    ]


def _places(gone: list[bool]) -> list[int]:
    """The new number of each node once the nodes marked as gone are taken out."""
    places, count = [], 0
    for is_gone in gone:
        places.append(count)
        count += not is_gone
    return places


def _extend(label: tuple[str, ...], length: int, *more: str | tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    for part in more:
        for text in part if isinstance(part, tuple) else (part,):
            # Bounded, so that thousands of views in a row cost no more than a few.
            label = (*label, text) if length < LABEL_LIMIT else (*label[:-1], text)
            length += 1
    return label, length


def _short(label: tuple[str, ...], length: int) -> tuple[tuple[str, ...], int]:
    """The names that are kept, and how many are left out before the last one."""
    if length <= LABEL_LIMIT:
        return label, 0
    return (*label[: LABEL_LIMIT - 2], label[-1]), length - LABEL_LIMIT + 1


@functools.cache
def short(op: str) -> str:
    """Nama operasi tanpa akhiran Backward0."""
    return re.sub(r"(Copy)?Backward\d*(?=$| → )", "", op) or op


def _scalar(node: Node) -> str | None:
    """What a constant leaves behind when it goes: its number, "" where nothing is known; None where it stays."""
    if node.role != "constant" or node.name:
        return None
    if node.shape is None and node.value is None:
        return ""
    if node.shape != () or node.value is None or not node.value.numbers:
        return None
    return number_text(node.value.numbers[0])
