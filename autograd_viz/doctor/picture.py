"""Gambar graf sebuah galat, dengan kartu yang bersalah ditandai."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from autograd_viz.doctor.catalogue import Mark
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import heads, read_paths
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.drawing.cards import Extra
from autograd_viz.drawing.display import Drawing
from autograd_viz.drawing.layers import top_layer
from autograd_viz.graph import Edge, Graph, Node
from autograd_viz.tracing.trace import LEAF, trace
from autograd_viz.tracing.walk import walk

MOST = 4  # tensors that are drawn side by side
_NOTES: dict[Mark, str] = {
    "freed": "graf lama, sudah habis", "version": "simpanannya sudah diubah", "cut": "graf terputus di sini",
    "non-leaf": "bukan daun", "no-grad-fn": "tanpa grad_fn", "node": "di sini", "none": "",
}  # fmt: skip
_STILL = "masih tercatat"


def picture(evidence: Evidence, mark: Mark, finding: Finding | None) -> Drawing | None:
    """Gambar graf yang masih terjangkau; None bila tidak ada yang dapat digambar."""
    try:
        severed = mark == "no-grad-fn" or (mark == "cut" and finding is not None and finding.cause in _CUTS)
        if severed and evidence.roots:
            graph, marks = _severed(evidence, finding)
        else:
            graph, marks = _whole(evidence, mark, finding)
    except (RuntimeError, ValueError, TypeError, AttributeError, NotImplementedError):
        return None  # wrapped by torch.func, or what cannot be traced: the card has no picture then
    if not graph.nodes:
        return None
    nodes = tuple(node._replace(members=(number,)) for number, node in enumerate(graph.nodes))
    graph = graph._replace(nodes=nodes)
    return Drawing(top_layer(graph), extra=Extra(marks=marks), whole=graph)


def _traced(evidence: Evidence, tensors: Iterable[torch.Tensor]) -> tuple[Graph, list[torch.Tensor]]:
    drawn = list(dict.fromkeys(one for one in tensors if one.requires_grad))[:MOST]
    names = {name: one for one in _relevant(evidence, drawn) if (name := evidence.name(one))}
    return (trace(*drawn, names=names, scope={}, values=True), drawn) if drawn else (Graph((), ()), drawn)


def _relevant(evidence: Evidence, drawn: list[torch.Tensor]) -> list[torch.Tensor]:
    nodes = upstream(drawn)
    own = {id(leaf) for leaf in leaves(nodes)} | {id(one) for one in drawn}
    return [one.tensor for one in evidence.known if id(one.tensor) in own or node_of(one.tensor) in nodes]


def _whole(evidence: Evidence, mark: Mark, finding: Finding | None) -> tuple[Graph, dict[int, str]]:
    """The graph behind what was asked for, or behind the tensors that a finding names."""
    named = finding.tensors if finding is not None else ()
    wanted: Sequence[torch.Tensor] = [*evidence.roots, *(evidence.inputs if mark == "cut" else ()), *named]
    if not any(one.requires_grad for one in wanted):
        wanted = named = _in_statement(evidence)
    if not any(one.requires_grad for one in wanted):
        wanted = [one.tensor for one in evidence.known if one.frame == 0 and node_of(one.tensor) is not None]
    graph, drawn = _traced(evidence, wanted)
    numbers = _numbers(graph, drawn)
    guilty = [_drawn_part(node, numbers) for node in finding.nodes] if finding is not None else []
    note = _STILL if mark == "cut" else _NOTES[mark]  # what is drawn here has a graph still
    marks = {numbers[node]: note for node in guilty if node in numbers and note}
    unused = finding is not None and finding.cause == "di-luar-graf"
    for tensor in named if not marks and mark != "none" else ():
        number = numbers.get(id(tensor), numbers.get(node_of(tensor)))
        if number is not None:
            marks[number] = "tidak dipakai" if unused else note
    return graph, marks


def _in_statement(evidence: Evidence) -> tuple[torch.Tensor, ...]:
    """The tensors that the failing statement reads."""
    here = evidence.here
    if here is None or here.current is None:
        return ()
    values = [resolve(path, here.variables)[0] for path in read_paths(*heads(here.current.node))]
    return tuple(value for value in values if isinstance(value, torch.Tensor) and value.requires_grad)


def _drawn_part(node: Any, numbers: dict[Any, int]) -> Any:
    """The node itself, or the nearest one behind it that stands in the picture: a state is often another output."""
    return next((one for one in reversed(list(walk([node]))) if one in numbers), node)


def _numbers(graph: Graph, drawn: list[torch.Tensor]) -> dict[Any, int]:
    """The number of every autograd node and leaf: `trace` keeps the order of the walk."""
    roots = [one for one in drawn if node_of(one) is not None]
    order = [node for node in upstream(roots) if type(node) is not LEAF]
    operations = [at for at, node in enumerate(graph.nodes) if node.role in ("operation", "output")]
    held = dict.fromkeys(id(one) for one in leaves(upstream(roots)))
    held |= dict.fromkeys(id(one) for one in drawn if node_of(one) is None)
    leaf_numbers = [at for at, node in enumerate(graph.nodes) if node.role == "leaf"]
    return {**dict(zip(order, operations, strict=False)), **dict(zip(held, leaf_numbers, strict=False))}


def _severed(evidence: Evidence, finding: Finding | None) -> tuple[Graph, dict[int, str]]:
    """What still has a graph, the operation that cut it, and the tensor behind the cut."""
    before = [one for one in (finding.tensors if finding is not None else ()) if one.requires_grad]
    graph, _ = _traced(evidence, before)
    nodes, edges, marks = list(graph.nodes), list(graph.edges), {}
    ends = [output.node for output in graph.outputs]
    if not ends and finding is not None and finding.words.get("leaf"):
        ends = [len(nodes)]
        nodes.append(Node("", "constant", finding.words["leaf"]))
        marks[ends[0]] = "requires_grad=False"
    cut = len(nodes)
    nodes.append(Node("", "constant", _cut_word(finding)))
    edges += [Edge(end, cut, slot) for slot, end in enumerate(ends)]
    if not marks:
        marks[cut] = _NOTES["cut"]
    for root in evidence.roots[:MOST]:
        if not root.requires_grad:
            marks[len(nodes)] = _NOTES["no-grad-fn"]
            edges.append(Edge(cut, len(nodes), 0))
            nodes.append(Node("", "constant", evidence.name(root) or "keluaran", (tuple(root.shape),)))
    return Graph(tuple(nodes), tuple(edges)), marks


def _cut_word(finding: Finding | None) -> str:
    if finding is None or finding.cause not in _CUTS:
        return "tidak dicatat"
    return _CUTS[finding.cause]


_CUTS = {
    "item": ".item()", "torch-tensor": "torch.tensor(…)", "numpy": "NumPy", "argmax": "tanpa turunan",
    "detach": "detach()", "tanpa-grad-mode": "no_grad()", "tanpa-create-graph": "tanpa create_graph",
}  # fmt: skip
