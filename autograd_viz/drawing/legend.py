"""Keterangan di bawah gambar: hanya yang muncul di gambar ini."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.drawing.arrow_gradients import BACK
from autograd_viz.drawing.cards import TENSORS, Card, Kind, Tone
from autograd_viz.drawing.lens import COLD, TITLES, Scale, colours
from autograd_viz.graph import Edge
from autograd_viz.layout.layout import Direction
from autograd_viz.text.formatting import clean
from autograd_viz.text.measure import reserved
from autograd_viz.text.sizes import DRAWING


class Item(NamedTuple):
    """Satu keterangan: teksnya, jenis kartu contoh (None bila tanpa contoh) dan tandanya, dan nada teksnya."""

    text: str
    kind: Kind | None = None
    mark: str = ""
    tone: Tone = ""


_KINDS: dict[Kind, str] = {"leaf": "daun", "constant": "tanpa gradien", "operation": "operasi", "group": "gabungan"}
_STATES = {
    "bad": "NaN atau Inf pertama", "freed": "simpanan dibebaskan", "changed": "simpanan diubah",
    "hooked": "di balik hook", "guilty": "tempat masalahnya",
}  # fmt: skip
_ARROWS = {"LR": "→", "RL": "←", "TB": "↓", "BT": "↑"}
_FOLDED_LIMIT = 4
SWATCH, GAP = 22.0, 20.0


def legend(
    cards: Sequence[Card],
    edges: Sequence[Edge],
    direction: Direction = "LR",
    sent: Sequence[str] = (),
    missing: str = "",
    scale: Scale | None = None,
    cuts: int = 0,
) -> list[Item]:
    """Keterangan untuk kartu dan panah yang ada; `sent` gradien pada panahnya, `missing` yang tidak terekam.

    `scale` ukuran warna lensanya, `cuts` banyaknya panah yang diputus.

    >>> [item.text for item in legend([Card("leaf", "x", "x")], [])]
    ['daun']
    """
    kinds = {card.kind for card in cards if not card.state and not card.chip}
    states = {card.state for card in cards}
    items = [Item(f"maju {_ARROWS[direction]}")] if edges else []
    if any(sent):
        items.append(Item(f"{BACK[direction]} gradien", tone="grad"))
    if cuts:
        items.append(Item("panah jingga: graf diputus", tone="grad"))
    if scale is not None:
        items.append(Item(TITLES[scale.kind]))
        items += [Item(text, "operation", f"heat {heat}") for text, heat in colours(scale, (c.heat for c in cards))]
    plain = "" if scale is None else f"heat {COLD}"
    items += [Item(text, kind, plain) for kind, text in _KINDS.items() if kind in kinds]
    marks = [(text, f"{state} {plain}".rstrip()) for state, text in _STATES.items() if state in states]
    items += [Item(text, "operation", mark) for text, mark in marks]
    if any(card.output for card in cards):
        items.append(Item("keluaran", "operation", f"output {plain}".rstrip()))
    if any(card.chip and card.kind in TENSORS for card in cards):
        items.append(Item("salinan kartu yang sama", "leaf", "chip"))
    if any(card.chip and card.kind not in TENSORS for card in cards):
        items.append(Item("di luar bingkai", "operation", "chip"))
    folded = [clean(name) for name in dict.fromkeys(name for edge in edges for name in edge.label)]
    if folded:
        more = ", …" if len(folded) > _FOLDED_LIMIT else ""
        items.append(Item(f"{', '.join(folded[:_FOLDED_LIMIT])}{more} dilipat ke panah"))
    if missing:
        items.append(Item(missing))
    return items


def collapsed(cards: Sequence[Card]) -> str:
    """Kalimat yang mengatakan bahwa gambar ini diringkas; kosong bila tidak."""
    total = sum(card.nodes for card in cards)
    if all(card.kind != "group" for card in cards):
        return ""
    return f"Diringkas: {total} simpul menjadi {len(cards)} kartu. Gambar lengkap: draw(…, collapse=None)"


def item_width(item: Item) -> float:
    """Lebar satu keterangan dengan contohnya, dalam piksel."""
    return math.ceil(reserved(item.text, DRAWING.label)) + (SWATCH + 7 if item.kind else 0)


def rows(items: Sequence[Item], limit: float) -> list[tuple[list[Item], float]]:
    """Keterangan dibagi ke baris selebar paling banyak `limit` piksel, bersama lebar setiap baris."""
    placed: list[tuple[list[Item], float]] = []
    for item in items:
        own = item_width(item)
        if placed and placed[-1][1] + GAP + own <= limit:
            placed[-1] = ([*placed[-1][0], item], placed[-1][1] + GAP + own)
        else:
            placed.append(([item], own))
    return placed
