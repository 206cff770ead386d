"""Kartu dan tempatnya menjadi satu gambar SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from autograd_viz.drawing.card_svg import Block, Face, arrow, card_body, card_box, short
from autograd_viz.drawing.cards import TENSORS, Card
from autograd_viz.drawing.colours import standalone
from autograd_viz.drawing.legend import GAP, SWATCH, Item, collapsed, item_width, legend, rows
from autograd_viz.drawing.lens import Scale
from autograd_viz.drawing.row_tags import TEXT, row_tags
from autograd_viz.drawing.tree_text import edge_text
from autograd_viz.graph import Edge
from autograd_viz.layout.layout import Direction, Placement
from autograd_viz.text.measure import reserved, shorten, width, wrapped
from autograd_viz.text.sizes import DRAWING

MARGIN = 24.0
WIDEST = 2500 - 2 * MARGIN  # pixels; a longer picture goes on in the next row
INNER_WIDEST = 1500.0  # the same for what a card opens to
NOTE_DROP, _FLOOR = 22.0, 420.0
_SAID_DROP = 30.0  # the sentence above the picture keeps clear of arrows that run along its top
_NEXT_SAID, _SAID_WIDTH = 18.0, 640.0  # from one line of it to the next, and how wide it may be at least
_CENTRED = 1200.0  # a wider picture scrolls, so its notes stay at the left where they are seen first
_LABEL_LIMIT, _TAG_HEIGHT = 96.0, 16.0
_ABOVE = 12.0  # from the middle of a label to its arrow, where columns stand side by side


class Picture(NamedTuple):
    """Yang dilukis: kartu, panah, dan tempatnya; `sent` gradien pada setiap panah, `missing` yang tidak terekam.

    `scale` ukuran warna lensanya, `said` kalimat di atas gambar, dan `cuts` banyaknya panah terakhir yang diputus.
    """

    cards: Sequence[Card]
    edges: Sequence[Edge]
    placement: Placement
    direction: Direction = "LR"
    sent: Sequence[str] = ()
    missing: str = ""
    scale: Scale | None = None
    said: Sequence[str] = ()
    cuts: int = 0

    def wire(self, number: int) -> str:
        """Kelas CSS panah ke-`number`."""
        if number >= len(self.edges) - self.cuts:
            return "wire broken"
        return "wire untracked" if self.cards[self.edges[number].source].kind == "constant" else "wire"


def svg(picture: Picture, gist: str = "") -> str:
    """Teks SVG sebuah gambar; `gist` menjadi `<desc>`.

    >>> svg(Picture([], [], Placement((), (), 0, 0))).startswith("<svg")
    True
    """
    cards, placement = picture.cards, picture.placement
    notes = note_rows(picture)
    said = head_rows(picture)
    wide = canvas_width(picture)
    top = MARGIN + (_SAID_DROP + _NEXT_SAID * (len(said) - 1) if said else 0)
    left = (wide - placement.width) // 2
    tall = top + placement.height + 10 + NOTE_DROP * len(notes) + (14 if notes else MARGIN - 10)
    w, h = short(wide), short(tall)
    style = "".join(map(standalone, style_files([picture])))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="autograd-viz" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {w} {h}" width="{w}" height="{h}">',
        f"<title>Graf komputasi</title><desc>{escape(gist)}</desc><style>{style}</style>",
        f'<rect class="sheet" x=".5" y=".5" width="{short(wide - 1)}" height="{short(tall - 1)}" rx="10"/>',
    ]
    y = MARGIN + 4
    for line in said:
        x = MARGIN if wide > _CENTRED else (wide - width(line, DRAWING.label)) // 2
        parts.append(f'<text class="note left" x="{short(x)}" y="{short(y)}">{escape(line)}</text>')
        y += _NEXT_SAID
    parts.append(f'<g transform="translate({short(left)} {short(top)})">')
    parts += _wires(picture)
    bodies: dict[int, str] = {}  # by identity: equal cards are mostly the same object, and hashing one costs more
    for card, box in zip(cards, placement.boxes, strict=True):
        body = bodies.get(id(card))
        if body is None:
            body = bodies[id(card)] = f' class="{card_names(card)}">{card_inside(card)}</g>'
        parts.append(f'<g transform="translate({box.x:.8g} {box.y:.8g})"{body}')
    parts += [tag for *_, tag in tags(picture)]
    parts.append("</g>")
    y = top + placement.height + 10 + NOTE_DROP
    for row, row_width in notes:
        parts.append(note_row(row, MARGIN if wide > _CENTRED else (wide - row_width) // 2, y))
        y += NOTE_DROP
    parts.append("</svg>\n")
    return "\n".join(parts)


def style_files(pictures: Sequence[Picture]) -> list[str]:
    """Berkas CSS yang diperlukan beberapa gambar."""
    states = {card.state for picture in pictures for card in picture.cards}
    marked = [f"{state}.css" for state in ("bad", "guilty") if state in states]
    return ["card.css", *marked, *(["lens.css"] if pictures[0].scale is not None else [])]


def head_rows(picture: Picture) -> list[str]:
    """Kalimat di atas gambar, baris demi baris: ringkasannya, lalu kata lensa."""
    said = collapsed(picture.cards)
    limit = max(picture.placement.width, _SAID_WIDTH)
    return [*([said] if said else []), *(row for line in picture.said for row in wrapped(line, limit, DRAWING.label))]


def note_rows(picture: Picture) -> list[tuple[list[Item], float]]:
    """Keterangan di bawah gambar, baris demi baris, dengan lebar setiap baris."""
    items = legend(
        picture.cards,
        picture.edges[: len(picture.edges) - picture.cuts],
        picture.direction,
        picture.sent,
        picture.missing,
        picture.scale,
        picture.cuts,
    )
    return rows(items, max(picture.placement.width, _FLOOR))


def canvas_width(picture: Picture) -> int:
    """Lebar gambar dalam piksel, termasuk tepi dan keterangan."""
    said = [reserved(line, DRAWING.label) for line in head_rows(picture)]
    inner = [picture.placement.width, *said, *(row_width for _, row_width in note_rows(picture))]
    return math.ceil(max(inner) + 2 * MARGIN)


def card_names(card: Card) -> str:
    """Kelas CSS satu kartu.

    >>> card_names(Card("leaf", "x", "x", chip=True))
    'leaf chip'
    """
    heat = f"heat {card.heat}" if card.heat else ""
    names = [card.kind, card.state, "output" if card.output else "", "chip" if card.chip else "", heat]
    return " ".join(filter(None, names))


def card_inside(card: Card) -> str:
    """Isi satu kartu sebagai SVG."""
    return card_body(
        Face(
            card.shown,
            card.width,
            card.height,
            card.kind in TENSORS,
            card.kind == "group",
            tuple(Block((line.text,), line.tone) for line in card.lines),
            tuple(Block((line.text,), line.tone) for line in card.gradient),
            "\n".join(filter(None, [card.title if card.shown != card.title or card.origin else "", card.origin])),
        ),
        DRAWING,
    )


def _wires(picture: Picture) -> list[str]:
    lines: dict[str, list[str]] = {"wire": [], "wire untracked": [], "wire broken": []}
    heads: dict[str, list[str]] = {"head": [], "head broken": []}
    for number, path in enumerate(picture.placement.paths):
        kind = picture.wire(number)
        line, head = arrow(path.points, DRAWING.head)
        lines[kind].append(line)
        heads["head broken" if kind == "wire broken" else "head"].append(head)
    data = [*lines.items(), *heads.items()]
    return [f'<path class="{name}" d="{"".join(paths)}"/>' for name, paths in data if paths]


def label_sizes(
    cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str] = ()
) -> list[tuple[float, float] | None]:
    """Ukuran tulisan setiap panah dalam piksel, untuk tata letak; None bila panah tanpa tulisan."""
    return [_tag_size(text) if text else None for text in _tag_texts(cards, edges, sent)]


def _tag_texts(cards: Sequence[Card], edges: Sequence[Edge], sent: Sequence[str]) -> list[str]:
    if any(sent):
        flows = [*sent, *("" for _ in edges[len(sent) :])]
        return [flow or edge_text(edge, cards[edge.source]) for edge, flow in zip(edges, flows, strict=True)]
    texts = [edge_text(edge, cards[edge.source]) for edge in edges]
    return [shorten(text, _LABEL_LIMIT, DRAWING.label) if text else "" for text in texts]


def _tag_size(text: str) -> tuple[float, float]:
    return -(-reserved(text, DRAWING.label) * 2 // 1) / 2 + 6, _TAG_HEIGHT


def tags(picture: Picture) -> Iterator[tuple[int, tuple[float, float], str]]:
    """Tulisan panah sebagai SVG, beserta nomor panahnya dan titik di panah itu yang diikutinya."""
    cards, edges, sent = picture.cards, picture.edges, picture.sent
    upright = picture.direction in ("TB", "BT")
    turns = row_tags(picture.placement, upright, _tag_size(TEXT)[0])
    for number, (text, path) in enumerate(zip(_tag_texts(cards, edges, sent), picture.placement.paths, strict=True)):
        text, place = (TEXT, turns[number]) if number in turns else (text, path.label)
        if not text or place is None:
            continue
        (wide, tall), (x, y) = _tag_size(text), place
        cut = number >= len(edges) - picture.cuts
        tone = " grad" if cut or number < len(sent) and sent[number] else ""
        yield number, (x, y if upright or number in turns else y + _ABOVE), (
            f'<rect class="tag" x="{x - wide / 2:.8g}" y="{y - tall / 2:.8g}" width="{wide:.8g}" height="{tall:.8g}"/>'
            f'<text class="note{tone}" x="{x:.8g}" y="{y + 4:.8g}">{escape(text)}</text>'
        )


def note_row(row: list[Item], x: float, y: float) -> str:
    """Satu baris keterangan sebagai SVG, mulai dari (x, y)."""
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


def legend_svg(pictures: Sequence[Picture]) -> str:
    """Keterangan beberapa gambar sekaligus, satu SVG untuk setiap keterangan supaya halaman dapat melipat barisnya."""
    first = pictures[0]
    cards = [card for picture in pictures for card in picture.cards]
    edges = [edge for picture in pictures for edge in picture.edges[: len(picture.edges) - picture.cuts]]
    cuts = sum(picture.cuts for picture in pictures)
    items = legend(cards, edges, first.direction, first.sent, first.missing, first.scale, cuts)
    return "".join(
        f'<svg class="autograd-viz" width="{short(item_width(item))}" height="{short(NOTE_DROP)}" aria-hidden="true">'
        f"{note_row([item], 0, NOTE_DROP - 6)}</svg>"
        for item in items
    )
