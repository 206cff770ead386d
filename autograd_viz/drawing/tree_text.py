"""Graf sebagai teks: pohon untuk terminal dan pembaca layar, dan satu kalimat intinya."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_viz.drawing.cards import Card
from autograd_viz.drawing.legend import collapsed
from autograd_viz.graph import Edge, Graph
from autograd_viz.text.formatting import clean

_DEEPEST = 12  # a deeper tree runs off the right border, so it becomes a numbered list


def gist(graph: Graph, cards: Sequence[Card]) -> str:
    """Satu dua kalimat tentang isi gambar, untuk `<desc>` dan teks alternatif."""
    leaves = list(dict.fromkeys(c.title for c in cards if c.kind == "leaf"))
    steps = sum(c.nodes for c in cards if c.kind in ("operation", "group"))
    unit = "simpul" if any(c.kind == "group" for c in cards) else "operasi"
    begin = f" dari {len(leaves)} tensor daun{_listed(leaves)}" if leaves else ""
    parts = [f"Graf komputasi{begin} lewat {steps} {unit}"]
    outputs = list(dict.fromkeys(cards[o.node].title for o in graph.outputs))
    parts.append(f" ke {', '.join(outputs[:3])}{', …' if len(outputs) > 3 else ''}." if outputs else ".")
    waiting = list(dict.fromkeys(c.title for c in cards if c.kind == "leaf" and c.gradient and _missing(c)))
    if waiting:
        parts.append(" Gradien belum dihitung." if waiting == leaves else f" Gradien belum dihitung{_listed(waiting)}.")
    elif leaves:
        parts.append(" Gradien semua daun sudah dihitung.")
    for state, said in (("freed", "dibebaskan"), ("changed", "diubah sesudah disimpan")):
        count = sum(c.state == state for c in cards)
        if count:
            parts.append(f" Simpanan {count} operasi sudah {said}.")
    return "".join(parts)


def _missing(card: Card) -> bool:
    return any(line.tone == "missing" for line in card.gradient)


def _listed(names: Sequence[str]) -> str:
    return f" ({', '.join(names[:4])}{', …' if len(names) > 4 else ''})" if names else ""


def edge_text(edge: Edge, source: Card) -> str:
    """Tulisan pada panah: nomor keluaran bila sumbernya punya beberapa, lalu operasi yang dilipat."""
    if source.ports == 1 and not edge.output and not edge.label:
        return ""
    number = [f"[{edge.output}]"] if source.ports > 1 or edge.output else []
    return " ".join([*number, ", ".join(map(clean, edge.label))]).strip()


def text(graph: Graph, cards: Sequence[Card], missing: str = "") -> str:
    """Pohon graf: keluaran di atas, masukannya menjorok di bawahnya; `missing` kalimat tentang yang tidak terekam."""
    head = [gist(graph, cards), *filter(None, [collapsed(cards), missing]), ""]
    incoming: list[list[Edge]] = [[] for _ in cards]
    for edge in sorted(graph.edges, key=lambda e: (e.target, e.slot)):
        incoming[edge.target].append(edge)
    body = _tree(graph, cards, incoming) if _depth(incoming) <= _DEEPEST else _list(cards, incoming)
    return "\n".join([*head, *body]) + "\n"


def _line(card: Card) -> str:
    parts = [card.title, *(line.text for line in card.lines)]
    if card.output:
        parts.append("keluaran")
    if card.gradient:
        parts.append(" ".join(line.text for line in card.gradient))
    return " · ".join(parts)


def _depth(incoming: Sequence[Sequence[Edge]]) -> int:
    depth = [0] * len(incoming)
    for index, edges in enumerate(incoming):
        depth[index] = max((depth[edge.source] + 1 for edge in edges), default=0)
    return max(depth, default=0)


def _tree(graph: Graph, cards: Sequence[Card], incoming: Sequence[Sequence[Edge]]) -> Iterator[str]:
    used = {edge.source for edge in graph.edges}
    wanted = [output.node for output in graph.outputs]
    roots = list(dict.fromkeys([*wanted, *(i for i in range(len(cards)) if i not in used)]))
    told: set[int] = set()
    stack = [(root, "", "", "") for root in reversed(roots)]
    while stack:
        index, first, rest, note = stack.pop()
        again = index in told and bool(incoming[index])
        yield f"{first}{note}{cards[index].title + ' (lihat di atas)' if again else _line(cards[index])}"
        if again:
            continue
        told.add(index)
        edges = incoming[index]
        for place, edge in reversed(list(enumerate(edges))):
            last = place == len(edges) - 1
            label = edge_text(edge, cards[edge.source])
            stack.append(
                (
                    edge.source,
                    rest + ("└─ " if last else "├─ "),
                    rest + ("   " if last else "│  "),
                    f"{label}: " if label else "",
                )
            )


def _list(cards: Sequence[Card], incoming: Sequence[Sequence[Edge]]) -> Iterator[str]:
    for index, card in enumerate(cards):
        sources = ", ".join(str(edge.source + 1) for edge in incoming[index])
        yield f"{index + 1}. {_line(card)}{f' ← {sources}' if sources else ''}"
