"""Graf sebagai teks: pohon untuk terminal dan pembaca layar, dan satu kalimat intinya."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from autograd_viz.drawing.cards import TENSORS, Card, saved_state
from autograd_viz.drawing.legend import collapsed
from autograd_viz.graph import Edge, Graph, Node
from autograd_viz.simplifying.group_node import CONSTANTS, LEAVES, WAITING
from autograd_viz.text.formatting import clean, folded_names

_NAMES, _ENDS = 4, 3  # leaves and outputs told by name
_DEEPEST = 12  # a deeper tree runs off the right border, so it becomes a numbered list


def gist(graph: Graph, cards: Sequence[Card], whole: Graph | None = None) -> str:
    """Satu dua kalimat tentang isi gambar, untuk `<desc>` dan teks alternatif; daun dihitung satu per satu.

    `whole` graf sebelum diringkas, tempat operasi yang simpanannya sudah tidak ada dihitung.

    >>> w = Node("AccumulateGrad", "leaf")
    >>> gist(Graph((w, w), ()), [Card("leaf", "tanpa nama", "tanpa nama")] * 2)
    'Graf komputasi dari 2 tensor daun (2 tanpa nama).'
    >>> gist(Graph((Node("", "constant", "no_grad()"),), ()), [Card("constant", "no_grad()", "no_grad()")])
    'Autograd tidak mencatat graf di sini.'
    """
    pairs = list(zip(graph.nodes, cards, strict=True))
    leaves = [(node, card) for node, card in pairs if card.kind == "leaf" and not card.chip]
    inside = [dict(node.attributes) for node, card in pairs if card.kind == "group"]
    hidden = sum(int(facts.get(LEAVES, 0)) for facts in inside)
    tensors = hidden + sum(int(facts.get(CONSTANTS, 0)) for facts in inside)
    steps = sum(card.nodes for card in cards if card.kind in ("operation", "group")) - tensors
    count = len(leaves) + hidden
    if not (steps or count or graph.outputs):
        return "Autograd tidak mencatat graf di sini."
    parts = ["Graf komputasi"]
    if count:
        parts.append(f" dari {count} tensor daun{_listed(leaves, hidden)}")
    if steps:
        parts.append(f" lewat {steps} operasi")
    ends = [cards[node].title for node in dict.fromkeys(output.node for output in graph.outputs)]
    if ends:
        several = f"{len(ends)} keluaran: " if len(ends) > _ENDS else ""
        parts.append(f" ke {several}{', '.join(ends[:_ENDS])}{', …' if several else ''}")
    parts.append(".")
    waiting = [(node, card) for node, card in leaves if _missing(card)]
    told = [card for _, card in leaves if any(line.tone == "grad" for line in card.gradient)]
    unseen = sum(int(facts.get(WAITING, 0)) for facts in inside)
    missing = len(waiting) + unseen
    if missing:
        some = f" {missing} dari {count} daun" if missing < count else ""
        parts.append(f" Gradien{some} belum dihitung{_listed(waiting, unseen) if some else ''}.")
    elif told:
        parts.append(" Gradien semua daun sudah dihitung.")
    if told:
        parts.append(f" {'Yang sudah' if missing else 'Isinya'}: {_gradients(told, hidden - unseen)}.")
    states: Counter[str] = Counter(saved_state(node.saved) for node in (whole or graph).nodes if node.saved)
    for state, said in (("freed", "dibebaskan"), ("changed", "diubah sesudah disimpan")):
        if states[state]:
            parts.append(f" Simpanan {states[state]} operasi sudah {said}.")
    return "".join(parts)


def _missing(card: Card) -> bool:
    return any(line.tone == "missing" for line in card.gradient)


def _gradients(leaves: Sequence[Card], hidden: int) -> str:
    """The gradients of the first few leaves, as their cards write them; `hidden` more are inside groups."""
    texts = [" ".join(line.text for line in card.gradient).removeprefix("grad").lstrip(": ") for card in leaves]
    shown = [f"{card.title} {text}" for card, text in zip(leaves[:_NAMES], texts, strict=False)]
    return "; ".join([*shown, *(["…"] if len(leaves) > _NAMES or hidden else [])])


def _listed(leaves: Sequence[tuple[Node, Card]], hidden: int) -> str:
    """The names of the first few, and how many have none; empty where there is nothing to list.

    With `hidden` more inside groups it is open how many have none.
    """
    names = [card.title for node, card in leaves if node.name]
    shown = [*names[:_NAMES], *(["…"] if len(names) > _NAMES or (names and hidden) else [])]
    if len(names) < len(leaves) and not hidden:
        shown.append(f"{len(leaves) - len(names)} tanpa nama")
    return f" ({', '.join(shown)})" if shown else ""


def edge_text(edge: Edge, source: Card) -> str:
    """Tulisan pada panah: nomor keluaran bila sumbernya punya beberapa, lalu operasi yang dilipat."""
    names = folded_names(edge)
    if source.ports == 1 and not edge.output and not names:
        return ""
    number = [f"[{edge.output}]"] if source.ports > 1 or edge.output else []
    return " ".join([*number, ", ".join(map(clean, names))]).strip()


def text(
    graph: Graph, cards: Sequence[Card], missing: str = "", said: Sequence[str] = (), whole: Graph | None = None
) -> str:
    """Pohon graf: keluaran di atas, masukannya menjorok di bawahnya.

    `missing` kalimat tentang yang tidak terekam; `said` kalimat sebuah lensa; `whole` seperti pada `gist`.
    """
    head = [gist(graph, cards, whole), *filter(None, [collapsed(cards), missing, *said]), ""]
    incoming: list[list[Edge]] = [[] for _ in cards]
    for edge in sorted(graph.edges, key=lambda e: (e.target, e.slot)):
        incoming[edge.target].append(edge)
    body = _tree(graph, cards, incoming) if _depth(incoming) <= _DEEPEST else _list(cards, incoming)
    return "\n".join([*head, *body]) + "\n"


def _line(card: Card) -> str:
    parts = [card.title]
    for line in card.lines:
        if line.goes_on:
            parts[-1] += f" {line.text}"
        else:
            parts.append(line.text)
    if card.output:
        parts.append("keluaran")
    if card.gradient:
        parts.append(" ".join(line.text for line in card.gradient))
    if card.origin:
        parts.append(card.origin)
    return ("▶ " if card.state == "guilty" else "") + " · ".join(parts)


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
        again = index in told and (bool(incoming[index]) or cards[index].kind not in TENSORS)
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
