"""Kode yang direkam: teks sumbernya, dan tempat satu pernyataan di dalamnya."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Source(NamedTuple):
    """Teks satu sel atau berkas; baris pertamanya bernomor `first`."""

    title: str
    text: str
    first: int = 1


class Place(NamedTuple):
    """Tempat satu pernyataan: sumber ke-`source`, baris `line` sampai `end` (keduanya ikut)."""

    source: int
    line: int
    end: int


def statement(sources: Sequence[Source], place: Place | None) -> str | None:
    """Teks satu pernyataan, mungkin beberapa baris; None bila tempatnya tidak diketahui.

    >>> statement([Source("sel", "y = x\\nz = y", 1)], Place(0, 2, 2))
    'z = y'
    """
    if place is None:
        return None
    source = sources[place.source]
    return "\n".join(source.text.splitlines()[place.line - source.first : place.end - source.first + 1])
