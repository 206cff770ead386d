"""Kartu dan panah sebagai SVG, untuk gambar maupun untuk panggung pemutar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from autograd_viz.text.sizes import ROUND, SQUARE, Sizes

Point = tuple[float, float]
_BAR = 48
_INSET = 12  # of the line above the gradient, from both sides


class Block(NamedTuple):
    """Satu tempat teks di kartu: baris-barisnya, kelas CSS-nya, dan banyaknya baris yang disediakan."""

    rows: tuple[str, ...]
    name: str = ""
    reserved: int = 1


class Face(NamedTuple):
    """Muka satu kartu: judul, isi, gradien, dan ukurannya; `tip` yang tampil saat kartunya ditunjuk.

    `bars` True bila setiap isi punya balok pengganti, untuk kartu yang belum berisi.
    """

    title: str
    width: float
    height: float
    round: bool = False
    group: bool = False
    lines: tuple[Block, ...] = ()
    gradient: tuple[Block, ...] = ()
    tip: str = ""
    bars: bool = False


@lru_cache(maxsize=1 << 14)
def short(number: float) -> str:
    """Koordinat tanpa nol di belakang.

    >>> short(12.50), short(3.0)
    ('12.5', '3')
    """
    return f"{number:.8g}"


def card_body(face: Face, sizes: Sizes) -> str:
    """Isi satu kartu, untuk ditaruh di dalam `<g>` yang menempatkannya.

    >>> from autograd_viz.text.sizes import DRAWING
    >>> card_body(Face("x", 80, 32), DRAWING).count("<text")
    1
    """
    wide, tall = face.width, face.height
    shifts = [0.0]
    if face.group:
        wide, tall = wide - sizes.stack, tall - sizes.stack
        shifts = [sizes.stack, sizes.stack / 2, 0.0]
    out = [f"<title>{escape(face.tip)}</title>"] if face.tip else []
    out += [card_box(shift, shift, wide, tall, ROUND if face.round else SQUARE) for shift in shifts]
    x, y = short(wide / 2), sizes.title_drop
    out.append(card_text(Block((face.title,), "title"), x, y, sizes))
    drop = sizes.line_drop
    for block in face.lines:
        y += drop
        out += [_bar("value", wide, y)] if face.bars else []
        out.append(card_text(block, x, y, sizes))
        y += sizes.next_drop * (block.reserved - 1)
        drop = sizes.next_drop
    if face.gradient:
        y += sizes.rule_drop
        out.append(f'<path class="rule" d="M{_INSET} {short(y)}H{short(wide - _INSET)}"/>')
        y += sizes.grad_drop
    for block in face.gradient:
        out += [_bar("grad", wide, y)] if face.bars else []
        out.append(card_text(block, x, y, sizes))
        y += sizes.next_drop * block.reserved
    return "".join(out)


def _bar(name: str, wide: float, y: float) -> str:
    x = short(wide / 2 - _BAR / 2)
    return f'<rect class="bar of-{name}" x="{x}" y="{short(y - 9)}" width="{_BAR}" height="8" rx="4"/>'


def card_box(x: float, y: float, wide: float, tall: float, radius: float) -> str:
    """Bidang satu kartu.

    >>> card_box(0, 0, 80, 32, 6)
    '<rect class="box" width="80" height="32" rx="6"/>'
    """
    at = f'x="{short(x)}" y="{short(y)}" ' if x or y else ""
    return f'<rect class="box" {at}width="{short(wide)}" height="{short(tall)}" rx="{radius}"/>'


def card_text(block: Block, x: str, y: float, sizes: Sizes) -> str:
    """Teks satu tempat; beberapa baris menjadi beberapa `<tspan>`."""
    name = f' class="{block.name}"' if block.name else ""
    if len(block.rows) == 1:
        return f'<text{name} x="{x}" y="{short(y)}">{escape(block.rows[0])}</text>'
    drops = ["", *[f' dy="{short(sizes.next_drop)}"'] * (len(block.rows) - 1)]
    spans = "".join(f'<tspan x="{x}"{drop}>{escape(row)}</tspan>' for drop, row in zip(drops, block.rows, strict=True))
    return f'<text{name} x="{x}" y="{short(y)}">{spans}</text>'


def arrow(points: Sequence[Point], head: float) -> tuple[str, str]:
    """Garis panah sampai pangkal kepalanya, dan kepalanya sepanjang `head`, sebagai data `<path>`.

    >>> arrow([(0, 0), (10, 0), (20, 0), (30, 0)], 8)
    ('M0 0H22', 'M22 4L30 0L22 -4z')
    """
    x, y = points[-1]
    along, across = _heading(points[-2], points[-1])
    dx, dy, side_x, side_y = along * head, across * head, across * head / 2, along * head / 2
    stop_x, stop_y = x - dx, y - dy
    base = short(stop_x - side_x), short(stop_y + side_y), short(stop_x + side_x), short(stop_y - side_y)
    tip = f"M{base[0]} {base[1]}L{short(x)} {short(y)}L{base[2]} {base[3]}z"
    before_x, before_y = points[0]
    out = [f"M{short(before_x)} {short(before_y)}"]
    last = len(points) - 3
    for start in range(1, len(points), 3):
        (a, b), (c, d), (end_x, end_y) = points[start : start + 3]
        if start == last:
            c, d, end_x, end_y = c - dx, d - dy, stop_x, stop_y
        if before_y == b == d == end_y:
            out.append(f"H{short(end_x)}")
        elif before_x == a == c == end_x:
            out.append(f"V{short(end_y)}")
        else:
            out.append(f"C{short(a)} {short(b)} {short(c)} {short(d)} {short(end_x)} {short(end_y)}")
        before_x, before_y = end_x, end_y
    return "".join(out), tip


def _heading(before: Point, end: Point) -> Point:
    """Unit vector of the last piece; eighths, so that every coordinate stays short."""
    dx, dy = end[0] - before[0], end[1] - before[1]
    if not dy or not dx:
        return (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)
    far = math.hypot(dx, dy)
    return round(8 * dx / far) / 8, round(8 * dy / far) / 8
