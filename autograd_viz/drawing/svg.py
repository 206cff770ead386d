"""Kartu dan tempatnya menjadi satu gambar SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from html import escape

from autograd_viz.assets import read
from autograd_viz.drawing.cards import (
    GRAD_DROP,
    LINE_DROP,
    NEXT_DROP,
    RULE_DROP,
    STACK,
    TITLE_DROP,
    Card,
)
from autograd_viz.drawing.legend import GAP, NOTE_SIZE, SWATCH, Item, collapsed, item_width, legend, rows
from autograd_viz.drawing.tree_text import edge_text
from autograd_viz.graph import Edge
from autograd_viz.layout.layout import Direction, Placement
from autograd_viz.text.measure import shorten, width

MARGIN = 24.0
_NOTE_DROP, _FLOOR = 22.0, 420.0
_SAID_DROP = 30.0  # the sentence above the picture keeps clear of arrows that run along its top
_CENTRED = 1200.0  # a wider picture scrolls, so its notes stay at the left where they are seen first
_HEAD = 8.0  # length of an arrow head; the line ends where it begins
_LABEL_LIMIT, _TAG_HEIGHT = 96.0, 16.0


@cache
def _style() -> str:
    return read("card.css")


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
    w, h = _n(wide), _n(tall)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="autograd-viz" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {w} {h}" width="{w}" height="{h}">',
        f"<title>Graf komputasi</title><desc>{escape(gist)}</desc><style>{_style()}</style>",
        f'<rect class="sheet" x=".5" y=".5" width="{_n(wide - 1)}" height="{_n(tall - 1)}" rx="10"/>',
    ]
    if said:
        x = MARGIN if wide > _CENTRED else (wide - width(said, NOTE_SIZE)) // 2
        parts.append(f'<text class="note left" x="{_n(x)}" y="{_n(MARGIN + 4)}">{escape(said)}</text>')
    parts.append(f'<g transform="translate({_n(left)} {_n(top)})">')
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
    inner = [placement.width, width(collapsed(cards), NOTE_SIZE), *(row_width for _, row_width in notes)]
    return math.ceil(max(inner) + 2 * MARGIN)


def _n(number: float) -> str:
    return f"{number:.8g}"


def _body(card: Card) -> str:
    wide, tall = card.width, card.height
    radius = 14 if card.kind in ("leaf", "constant") else 6
    shifts = [0.0]
    if card.kind == "group":
        wide, tall = wide - STACK, tall - STACK
        shifts = [STACK, STACK / 2, 0.0]
    names = [card.kind, card.state, "output" if card.output else "", "chip" if card.chip else ""]
    out = [f' class="{" ".join(filter(None, names))}">']
    if card.shown != card.title:
        out.append(f"<title>{escape(card.title)}</title>")
    for shift in shifts:
        at = f'x="{_n(shift)}" y="{_n(shift)}" ' if shift else ""
        out.append(f'<rect class="box" {at}width="{_n(wide)}" height="{_n(tall)}" rx="{radius}"/>')
    x, y = _n(wide / 2), TITLE_DROP
    out.append(f'<text class="title" x="{x}" y="{_n(y)}">{escape(card.shown)}</text>')
    drop = LINE_DROP
    for line in card.lines:
        y += drop
        tone = f' class="{line.tone}"' if line.tone else ""
        out.append(f'<text{tone} x="{x}" y="{_n(y)}">{escape(line.text)}</text>')
        drop = NEXT_DROP
    if card.gradient:
        y += RULE_DROP
        out.append(f'<path class="rule" d="M12 {_n(y)}H{_n(wide - 12)}"/>')
        y += GRAD_DROP
        for line in card.gradient:
            out.append(f'<text class="{line.tone}" x="{x}" y="{_n(y)}">{escape(line.text)}</text>')
            y += NEXT_DROP
    out.append("</g>")
    return "".join(out)


def _wires(cards: Sequence[Card], edges: Sequence[Edge], placement: Placement) -> list[str]:
    lines: dict[str, list[str]] = {"wire": [], "wire untracked": []}
    heads: list[str] = []
    for edge, path in zip(edges, placement.paths, strict=True):
        kind = "wire untracked" if cards[edge.source].kind == "constant" else "wire"
        line, head = _arrow(path.points)
        lines[kind].append(line)
        heads.append(head)
    out = [f'<path class="{name}" d="{"".join(data)}"/>' for name, data in lines.items() if data]
    return [*out, f'<path class="head" d="{"".join(heads)}"/>'] if heads else out


def _arrow(points: Sequence[tuple[float, float]]) -> tuple[str, str]:
    """The line up to where the head begins, and the head."""
    x, y = points[-1]
    along, across = _heading(points[-2], points[-1])
    dx, dy, side_x, side_y = along * _HEAD, across * _HEAD, across * _HEAD / 2, along * _HEAD / 2
    stop_x, stop_y = x - dx, y - dy
    head = f"M{stop_x - side_x:.8g} {stop_y + side_y:.8g}L{x:.8g} {y:.8g}L{stop_x + side_x:.8g} {stop_y - side_y:.8g}z"
    before_x, before_y = points[0]
    out = [f"M{before_x:.8g} {before_y:.8g}"]
    last = len(points) - 3
    for start in range(1, len(points), 3):
        (a, b), (c, d), (end_x, end_y) = points[start : start + 3]
        if start == last:
            c, d, end_x, end_y = c - dx, d - dy, stop_x, stop_y
        if before_y == b == d == end_y:
            out.append(f"H{end_x:.8g}")
        elif before_x == a == c == end_x:
            out.append(f"V{end_y:.8g}")
        else:
            out.append(f"C{a:.8g} {b:.8g} {c:.8g} {d:.8g} {end_x:.8g} {end_y:.8g}")
        before_x, before_y = end_x, end_y
    return "".join(out), head


def _heading(before: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Unit vector of the last piece; eighths, so that every coordinate stays short."""
    dx, dy = end[0] - before[0], end[1] - before[1]
    if not dy or not dx:
        return (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)
    far = math.hypot(dx, dy)
    return round(8 * dx / far) / 8, round(8 * dy / far) / 8


def label_sizes(
    cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str] = ()
) -> list[tuple[float, float] | None]:
    """Ukuran tulisan setiap panah dalam piksel, untuk tata letak; None bila panah tanpa tulisan."""
    return [_tag_size(text) if text else None for text in _tag_texts(cards, edges, sent)]


def _tag_texts(cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str]) -> list[str]:
    if any(sent):
        return [flow or edge_text(edge, cards[edge.source]) for edge, flow in zip(edges, sent, strict=True)]
    texts = [edge_text(edge, cards[edge.source]) for edge in edges]
    return [shorten(text, _LABEL_LIMIT, NOTE_SIZE) if text else "" for text in texts]


def _tag_size(text: str) -> tuple[float, float]:
    return -(-width(text, NOTE_SIZE) * 2 // 1) / 2 + 6, _TAG_HEIGHT


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
        if item.swatch:
            radius = 6 if item.swatch.startswith(("leaf", "constant")) else 3
            shifts = (3, 0) if item.swatch == "group" else (0,)
            boxes = "".join(
                f'<rect class="box" x="{_n(x + shift)}" y="{_n(y - 11 + shift)}" '
                f'width="{_n(SWATCH - shifts[0])}" height="{14 - shifts[0]}" rx="{radius}"/>'
                for shift in shifts
            )
            out.append(f'<g class="{item.swatch}">{boxes}</g>')
            at += SWATCH + 7
        tone = f" {item.tone}" if item.tone else ""
        out.append(f'<text class="note left{tone}" x="{_n(at)}" y="{_n(y)}">{escape(item.text)}</text>')
        x += item_width(item) + GAP
    return "".join(out)
