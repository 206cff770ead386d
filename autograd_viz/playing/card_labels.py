"""Tulisan satu halaman: judul dan keterangan setiap kartu, sebutan setiap simpul, dan panah menurut ujungnya."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.graph import Node
from autograd_viz.narration.context import Name
from autograd_viz.operations.ops import facts, lookup
from autograd_viz.playing.pages import Page
from autograd_viz.simplifying.group_node import REPEATS
from autograd_viz.text.formatting import clean, shape
from autograd_viz.text.titles import Operand, Title, operands, title


class CardLabels(NamedTuple):
    """Halaman beserta tulisan kartunya: judul, keterangan, dan sebutan setiap simpul asal."""

    page: Page
    titles: tuple[str, ...]
    bodies: tuple[Title, ...]
    tips: tuple[tuple[str, ...], ...]
    slots: tuple[tuple[Operand, ...], ...]
    names: dict[int, Name]
    edges: dict[tuple[int, int], list[tuple[int, int]]]


def card_labels(page: Page, recorded: Sequence[Node]) -> CardLabels:
    """Tulisan halaman `page`; `recorded` simpul-simpul rekaman, tempat `Node.members` menunjuk."""
    graph = page.graph
    slots = operands(graph)
    outputs = {o.node: o.name for o in graph.outputs if o.name}
    bodies = tuple(title(node, slots[i], outputs.get(i)) for i, node in enumerate(graph.nodes))
    titles = tuple(_title(node, body.text) for node, body in zip(graph.nodes, bodies, strict=True))
    names: dict[int, Name] = {}
    for node, places in page.cards.items():
        own = recorded[node].name
        names[node] = Name(clean(own or bodies[places[0]].text), own is not None and own.isidentifier())
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for number, edge in enumerate(graph.edges):
        edges.setdefault((edge.source, edge.target), []).append((number, edge.slot))
    tips = tuple(_tip(node, body.text, recorded) for node, body in zip(graph.nodes, bodies, strict=True))
    return CardLabels(page, titles, bodies, tips, slots, names, edges)


def _title(node: Node, body: str) -> str:
    if node.role == "leaf":
        return f"{body} · daun"
    return f"{body} · {node.count} simpul" if node.role == "group" and REPEATS not in dict(node.attributes) else body


def _tip(node: Node, body: str, recorded: Sequence[Node]) -> tuple[str, ...]:
    """What a card tells when it is pointed at."""
    if node.role == "group":
        return body, f"{node.count} simpul digabung menjadi satu kartu"
    size = shape(node.shape, node.dtype)
    if node.role in ("leaf", "constant"):
        what = "tensor daun" if node.role == "leaf" else "tanpa gradien"
        return body, f"{what} · {size}" if size else what
    op = lookup(node.op)
    saved = [f"{clean(s.name)} {shape(s.shape)}".strip() for m in node.members for s in recorded[m].saved]
    lines = [body, f"{clean(node.op)} · {op.name}" + (f" · {size}" if size else "")]
    formula = op.derivative(facts(recorded[node.members[0]] if node.members else node))
    if formula:
        lines.append(formula)
    if node.local is None:
        lines.append(f"disimpan untuk backward: {', '.join(saved)}" if saved else "tidak menyimpan tensor")
    if node.module:
        lines.append(f"modul {clean(node.module)}")
    return tuple(lines)
