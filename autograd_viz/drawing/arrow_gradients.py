"""Gradien pada panah gambar sebuah rekaman: hanya untuk graf kecil, dan hanya angka yang pendek."""

from __future__ import annotations

from autograd_viz.graph import Graph
from autograd_viz.layout.layout import Direction
from autograd_viz.recording.events import Gradient
from autograd_viz.recording.recording import Recording
from autograd_viz.text.formatting import folded_names, nested
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import DRAWING

EDGES, NUMBERS = 12, 3  # a larger picture, or longer numbers, would no longer be calm
BACK: dict[Direction, str] = {"LR": "←", "RL": "→", "TB": "↑", "BT": "↓"}
_LIMIT = 90.0


def arrow_gradients(run: Recording, graph: Graph, direction: Direction = "LR") -> tuple[str, ...]:
    """Tulisan gradien untuk setiap panah `graph`, yang simpulnya menunjuk ke rekaman lewat `Node.members`.

    Kosong seluruhnya bila grafnya besar atau salah satu gradiennya tidak pendek; yang berlaku backward terakhir.

    >>> from autograd_viz.recording.events import RecordingData
    >>> arrow_gradients(Recording(RecordingData()), Graph((), ()))
    ()
    """
    if not 0 < len(graph.edges) <= EDGES or any(node.role == "group" for node in graph.nodes):
        return ()
    flows = {
        (step.node, flow.slot): flow.value
        for step in run.steps
        if isinstance(step, Gradient)
        for flow in step.sent
        if flow.node is not None and flow.value is not None
    }
    texts = []
    for edge in graph.edges:
        target = graph.nodes[edge.target]
        value = flows.get((target.members[0], edge.slot)) if target.members else None
        if value is None or folded_names(edge) or edge.output:
            texts.append("")
            continue
        if value.numbers is None or len(value.numbers) > NUMBERS or len(value.shape) > 1:
            return ()
        text = f"{BACK[direction]} {nested(value.numbers, value.shape)}"
        if width(text, DRAWING.label, True) > _LIMIT:
            return ()
        texts.append(text)
    return tuple(texts) if any(texts) else ()
