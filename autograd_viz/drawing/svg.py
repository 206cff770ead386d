"""Kartu dan tempatnya menjadi satu gambar SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from autograd_viz.drawing.card_svg import Block, Face, arrow, card_body, card_box, short
from autograd_viz.drawing.cards import TENSORS, Card
from autograd_viz.drawing.colours import standalone
from autograd_viz.drawing.legend import GAP, SWATCH, Item, collapsed, item_width, legend, rows
from autograd_viz.drawing.tree_text import edge_text
from autograd_viz.graph import Edge
from autograd_viz.layout.layout import Direction, Placement
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import DRAWING

MARGIN = 24.0
WIDEST = 2500 - 2 * MARGIN  # pixels; a longer picture goes on in the next row
_NOTE_DROP, _FLOOR = 22.0, 420.0
_SAID_DROP = 30.0  # the sentence above the picture keeps clear of arrows that run along its top
_CENTRED = 1200.0  # a wider picture scrolls, so its notes stay at the left where they are seen first
_LABEL_LIMIT, _TAG_HEIGHT = 96.0, 16.0


def svg(
    cards: Sequence[Card],
    edges: Sequence[Edge],
    placement: Placement,
    gist: str = "",
    direction: Direction = "LR",
    sent: Sequence[str] = (),
    missing: str = "",
) -> str:
    """Teks SVG dari kartu, panah, dan tempatnya.

    `gist` menjadi `<desc>`, `sent` gradien pada setiap panah, `missing` kalimat tentang yang tidak terekam.

    >>> svg([], [], Placement((), (), 0, 0)).startswith("<svg")
    True
    """
    notes = rows(legend(cards, edges, direction, sent, missing), max(placement.width, _FLOOR))
    said = collapsed(cards)
    wide = canvas_width(cards, edges, placement, direction, sent, missing)
    top = MARGIN + (_SAID_DROP if said else 0)
    left = (wide - placement.width) // 2
    tall = top + placement.height + 10 + _NOTE_DROP * len(notes) + (14 if notes else MARGIN - 10)
    w, h = short(wide), short(tall)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="autograd-viz" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {w} {h}" width="{w}" height="{h}">',
        f"<title>Graf komputasi</title><desc>{escape(gist)}</desc><style>{standalone('card.css')}</style>",
        f'<rect class="sheet" x=".5" y=".5" width="{short(wide - 1)}" height="{short(tall - 1)}" rx="10"/>',
    ]
    if said:
        x = MARGIN if wide > _CENTRED else (wide - width(said, DRAWING.label)) // 2
        parts.append(f'<text class="note left" x="{short(x)}" y="{short(MARGIN + 4)}">{escape(said)}</text>')
    parts.append(f'<g transform="translate({short(left)} {short(top)})">')
    parts += _wires(cards, edges, placement)
    bodies: dict[int, str] = {}  # by identity: equal cards are mostly the same object, and hashing one costs more
    for card, box in zip(cards, placement.boxes, strict=True):
        body = bodies.get(id(card))
        if body is None:
            body = bodies[id(card)] = _body(card)
        parts.append(f'<g transform="translate({box.x:.8g} {box.y:.8g})"{body}')
    parts += _tags(cards, edges, placement, sent)
    parts.append("</g>")
    y = top + placement.height + 10 + _NOTE_DROP
    for row, row_width in notes:
        parts.append(_note_row(row, MARGIN if wide > _CENTRED else (wide - row_width) // 2, y))
        y += _NOTE_DROP
    parts.append("</svg>\n")
    return "\n".join(parts)


def canvas_width(
    cards: Sequence[Card],
    edges: Sequence[Edge],
    placement: Placement,
    direction: Direction = "LR",
    sent: Sequence[str] = (),
    missing: str = "",
) -> int:
    """Lebar gambar dalam piksel, termasuk tepi dan keterangan."""
    notes = rows(legend(cards, edges, direction, sent, missing), max(placement.width, _FLOOR))
    inner = [placement.width, width(collapsed(cards), DRAWING.label), *(row_width for _, row_width in notes)]
    return math.ceil(max(inner) + 2 * MARGIN)


def _body(card: Card) -> str:
    names = [card.kind, card.state, "output" if card.output else "", "chip" if card.chip else ""]
    face = Face(
        card.shown,
        card.width,
        card.height,
        card.kind in TENSORS,
        card.kind == "group",
        tuple(Block((line.text,), line.tone) for line in card.lines),
        tuple(Block((line.text,), line.tone) for line in card.gradient),
        card.title if card.shown != card.title else "",
    )
    return f' class="{" ".join(filter(None, names))}">{card_body(face, DRAWING)}</g>'


def _wires(cards: Sequence[Card], edges: Sequence[Edge], placement: Placement) -> list[str]:
    lines: dict[str, list[str]] = {"wire": [], "wire untracked": []}
    heads: list[str] = []
    for edge, path in zip(edges, placement.paths, strict=True):
        kind = "wire untracked" if cards[edge.source].kind == "constant" else "wire"
        line, head = arrow(path.points, DRAWING.head)
        lines[kind].append(line)
        heads.append(head)
    out = [f'<path class="{name}" d="{"".join(data)}"/>' for name, data in lines.items() if data]
    return [*out, f'<path class="head" d="{"".join(heads)}"/>'] if heads else out


def label_sizes(
    cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str] = ()
) -> list[tuple[float, float] | None]:
    """Ukuran tulisan setiap panah dalam piksel, untuk tata letak; None bila panah tanpa tulisan."""
    return [_tag_size(text) if text else None for text in _tag_texts(cards, edges, sent)]


def _tag_texts(cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str]) -> list[str]:
    if any(sent):
        return [flow or edge_text(edge, cards[edge.source]) for edge, flow in zip(edges, sent, strict=True)]
    texts = [edge_text(edge, cards[edge.source]) for edge in edges]
    return [shorten(text, _LABEL_LIMIT, DRAWING.label) if text else "" for text in texts]


def _tag_size(text: str) -> tuple[float, float]:
    return -(-width(text, DRAWING.label) * 2 // 1) / 2 + 6, _TAG_HEIGHT


def _tags(cards: Sequence[Card], edges: Sequence[Edge], placement: Placement, sent: Sequence[str]) -> list[str]:
    out = []
    for number, (text, path) in enumerate(zip(_tag_texts(cards, edges, sent), placement.paths, strict=True)):
        if not text or path.label is None:
            continue
        (wide, tall), (x, y) = _tag_size(text), path.label
        tone = " grad" if number < len(sent) and sent[number] else ""
        out.append(
            f'<rect class="tag" x="{x - wide / 2:.8g}" y="{y - tall / 2:.8g}" width="{wide:.8g}" height="{tall:.8g}"/>'
            f'<text class="note{tone}" x="{x:.8g}" y="{y + 4:.8g}">{escape(text)}</text>'
        )
    return out


def _note_row(row: list[Item], x: float, y: float) -> str:
    out = []
    for item in row:
        at = x
        if item.kind:
            radius = 6 if item.kind in TENSORS else 3
            shifts = (3, 0) if item.kind == "group" else (0,)
            wide, tall = SWATCH - shifts[0], 14 - shifts[0]
            boxes = "".join(card_box(x + shift, y - 11 + shift, wide, tall, radius) for shift in shifts)
            out.append(f'<g class="{f"{item.kind} {item.mark}".rstrip()}">{boxes}</g>')
            at += SWATCH + 7
        tone = f" {item.tone}" if item.tone else ""
        out.append(f'<text class="note left{tone}" x="{short(at)}" y="{short(y)}">{escape(item.text)}</text>')
        x += item_width(item) + GAP
    return "".join(out)
