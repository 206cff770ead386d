"""Lebar teks dalam piksel menurut Helvetica dan Arial, dan tempat yang cukup juga bagi huruf yang lebih lebar."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache

from autograd_viz.assets import read

SAFETY = 1.06  # a browser without Helvetica, Arial or Liberation Sans takes a slightly wider font
WIDE_FONT = 0.94  # of the widths of DejaVu Sans; the rest lies in the inner edge of a card
_UNKNOWN, _WIDE = 750, 1050


def _load(name: str) -> dict[str, dict[str, int]]:
    text = read(name)
    return {
        weight: {letter: int(width) for width, letters in table.items() for letter in letters}
        for weight, table in json.loads(text).items()
    }


_WIDTHS = _load("helvetica.json")
_ROOMS = {
    weight: {letter: max(own * SAFETY, wide[letter] * WIDE_FONT) for letter, own in _WIDTHS[weight].items()}
    for weight, wide in _load("dejavu.json").items()
}


def _advance(letter: str, table: dict[str, int]) -> int:
    known = table.get(letter)
    if known is None:
        known = _WIDE if unicodedata.east_asian_width(letter) in "WF" else _UNKNOWN
        if unicodedata.combining(letter):
            known = 0
    return known


@lru_cache(maxsize=1 << 15)
def width(text: str, size: float, bold: bool = False) -> float:
    """Lebar `text` dalam piksel pada ukuran huruf `size`, dengan sedikit cadangan.

    >>> round(width("grad", 12.5), 1)
    26.5
    >>> width("grad", 12.5, bold=True) > width("grad", 12.5)
    True
    """
    table = _WIDTHS["bold" if bold else "regular"]
    try:
        total = sum([table[letter] for letter in text])
    except KeyError:
        total = sum(_advance(letter, table) for letter in text)
    return total * size * SAFETY / 1000


@lru_cache(maxsize=1 << 15)
def reserved(text: str, size: float, bold: bool = False) -> float:
    """Tempat yang disediakan bagi `text` dalam piksel, supaya ia muat juga di peramban tanpa huruf seperti Helvetica.

    >>> round(reserved("grad", 12.5, True) / width("grad", 12.5, True), 2)
    1.06
    """
    table, known = _ROOMS["bold" if bold else "regular"], _WIDTHS["bold" if bold else "regular"]
    widths = [table.get(letter) or _advance(letter, known) * SAFETY for letter in text]
    return sum(widths) * size / 1000


@lru_cache(maxsize=1 << 12)
def shorten(text: str, limit: float, size: float, bold: bool = False) -> str:
    """Teks yang muat dalam `limit` piksel: bagian tengahnya diganti … bila terlalu panjang.

    >>> shorten("transformer.h.11.attn.c_proj.weight", 120, 12.5)
    'transfor…oj.weight'
    >>> shorten("200 × (Addmm → … → Loss)", 120, 12.5)
    '200 × (A…→ Loss)'
    """
    if width(text, size, bold) <= limit:
        return text
    low, high = 0, len(text)  # invariant: keeping `low` letters fits, `high` letters do not
    while high - low > 1:
        keep = (low + high) // 2
        low, high = (keep, high) if width(_cut(text, keep), size, bold) <= limit else (low, keep)
    return _cut(text, low)


def wrapped(text: str, limit: float, size: float, bold: bool = False) -> list[str]:
    """Teks dalam baris-baris selebar paling banyak `limit` piksel, dipecah di antara kata.

    >>> wrapped("satu dua tiga", 60, 12.5)
    ['satu dua', 'tiga']
    """
    rows, row = [], ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if row and width(longer, size, bold) > limit:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row]


def _cut(text: str, keep: int) -> str:
    tail = (keep + 1) // 2  # the end of a dotted name says more than its beginning
    head, end = text[: keep - tail], text[-tail:] if tail else ""
    return f"{head.rstrip('… ')}…{end.lstrip('… ')}" if "…" in (head[-1:], end[:1]) else f"{head}…{end}"
