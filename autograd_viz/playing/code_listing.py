"""Baris kode yang ditampilkan pemutar: isi blok record() dan fungsi yang dipanggil di dalamnya."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_viz.recording.source import Source

GAP = "⋮"
_WHOLE = 24  # lines of a block or function shown in full; of a longer one only what ran, and its neighbours
_AROUND = 2
_RECORD = re.compile(r"with\b.*\brecord\s*\(")
_FUNCTION = re.compile(r"(async\s+)?def\b")
Lines = Sequence[str]


class Row(NamedTuple):
    """Satu baris: nomornya dalam sumber (None pada celah) dan tulisannya."""

    number: int | None
    text: str


def listing(source: Source, used: Iterable[tuple[int, int]]) -> tuple[Row, ...]:
    """Baris-baris yang direkam; `used` baris pertama dan terakhir setiap pernyataan yang berjalan.

    Tanpa baris `with record()` dan tanpa yang di luar blok itu, kecuali fungsi yang dipanggil; rata kiri.

    >>> [row.text for row in listing(Source("sel", "with record() as run:\\n    y = x\\nplay(run)\\n"), [(2, 2)])]
    ['y = x']
    """
    lines = source.text.splitlines()
    spans = sorted({(first - source.first, last - source.first) for first, last in used})
    spans = [(max(first, 0), min(last, len(lines) - 1)) for first, last in spans if first < len(lines) and last >= 0]
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = {}
    loose = []
    for span in spans:
        block = _block(lines, span[0])
        if block is None:
            loose.append(span)
        else:
            blocks.setdefault(block, []).append(span)
    parts = [_part(block, inside) for block, inside in blocks.items()]
    if loose:
        parts.append((loose[0][0], max(last for _, last in loose)))
    rows: list[Row] = []
    for first, last in _merged(parts):
        if rows:
            rows.append(Row(None, GAP))
        rows += _dedented(lines, first, last, source.first)
    return tuple(rows)


def _block(lines: Lines, at: int) -> tuple[int, int] | None:
    """What to show for line `at`: the body of the record() block that it lies in, else the function around it."""
    function = None
    depth = _indent(lines[at])
    for start in range(at, -1, -1):
        text = lines[start].strip()
        if not text or text.startswith("#") or (start < at and _indent(lines[start]) >= depth):
            continue
        depth = min(depth, _indent(lines[start]))
        if start < at and _RECORD.match(text):
            body = next((n for n in range(start + 1, at + 1) if _indent(lines[n]) > depth and lines[n].strip()), at)
            return body, _end(lines, start)
        if function is None and _FUNCTION.match(text):
            function = (start, _end(lines, start))
    return function


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end(lines: Lines, head: int) -> int:
    """Last line of the block that line `head` opens."""
    depth, last, opened = _indent(lines[head]), head, False
    for at in range(head + 1, len(lines)):
        text = lines[at].strip()
        if not text:
            continue
        if _indent(lines[at]) <= depth and not (text[0] in ")]}" or (text[0] == "#" and opened)):
            break
        opened = True
        if _indent(lines[at]) > depth or text[0] in ")]}":
            last = at
    return last


def _part(block: tuple[int, int], inside: Sequence[tuple[int, int]]) -> tuple[int, int]:
    first, last = block
    if last - first < _WHOLE:
        return block
    return max(first, inside[0][0] - _AROUND), min(last, max(end for _, end in inside) + _AROUND)


def _merged(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _dedented(lines: Lines, first: int, last: int, start: int) -> list[Row]:
    shown = lines[first : last + 1]
    margin = min((_indent(line) for line in shown if line.strip()), default=0)
    return [Row(start + first + at, line[margin:].rstrip()) for at, line in enumerate(shown)]
