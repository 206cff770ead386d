"""Gambar yang terlalu lebar dipecah menjadi baris, seperti teks; panah berganti baris lewat tepinya."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
LANE, ROOM = 12.0, 120.0  # between two arrows that change rows side by side, and what they may take together
EDGE, GUTTER, ROUND = 14.0, 36.0, 10.0  # beside a row, between two rows, radius of a corner
ARROW_COST = 100.0  # an arrow that changes rows weighs as much as this much unevenness of the rows
_BEND = 0.552  # of the radius: where the control points of a quarter of a circle lie


class Stop(NamedTuple):
    """Satu bagian datar panah, mulai dari kolom `column`: awal, akhir, dan ketinggiannya."""

    column: int
    start: float
    end: float
    y: float


class Row(NamedTuple):
    """Satu baris: kolom-kolomnya, pergeserannya, batas kiri dan kanan kartunya, dan tempat panah menyeberang."""

    first: int
    last: int
    dx: float
    dy: float
    left: float
    right: float
    below: float


class Lane(NamedTuple):
    """Jalan satu panah yang berganti baris: turun di kanan, menyeberang di antara baris, turun lagi di kiri."""

    right: float
    below: float
    left: float


def breaks(starts: Sequence[float], ends: Sequence[float], crossing: Sequence[int], limit: float) -> list[int]:
    """Kolom terakhir setiap baris kecuali baris penghabisan; kosong bila satu baris cukup.

    `crossing` banyaknya panah yang melewati batas sesudah setiap kolom. Barisnya sesedikit mungkin, lalu sama
    panjang dan dipecah di tempat yang dilewati sedikit panah.

    >>> breaks([0, 100, 200, 300], [80, 180, 280, 380], [1, 1, 1, 0], 250)
    [1]
    >>> breaks([0, 300, 600, 900], [280, 580, 880, 1180], [3, 3, 1, 0], 1000)
    [2]
    """
    if not ends or ends[-1] <= limit:
        return []
    sides = [margin(arrows) for arrows in crossing]
    lefts = [start - side for start, side in zip(starts, [0.0, *sides], strict=False)]  # a row begins with its margin
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]  # of the first n columns: rows, cost, where the last row begins
    for end, stop in enumerate(ends):
        right = stop + sides[end]
        rows, least, begin = math.inf, math.inf, end
        for first in range(end, -1, -1):
            wide = right - lefts[first]
            if wide > limit and first < end:
                break
            count, cost, _ = best[first]
            cost += wide * wide / limit
            if count < rows or (count == rows and cost <= least):
                rows, least, begin = count, cost, first
        best.append((int(rows) + 1, least + ARROW_COST * crossing[end], begin))
    found: list[int] = []
    place = len(ends)
    while place := best[place][2]:
        found.append(place - 1)
    return found[::-1]


def margin(arrows: int) -> float:
    """Tempat di samping sebuah baris untuk sekian panah yang berganti baris, dalam piksel."""
    return EDGE + arrows * _pitch(arrows) if arrows else 0.0


def _pitch(arrows: int) -> float:
    return max(2.0, min(LANE, math.floor(2 * ROOM / arrows) / 2))


def rows(
    cuts: Sequence[int],
    starts: Sequence[float],
    ends: Sequence[float],
    extents: Sequence[tuple[float, float]],
    crossing: Sequence[int],
) -> list[Row]:
    """Baris-baris dari kolom yang dipecah di `cuts`; `extents` memuat batas atas dan bawah setiap kolom.

    >>> [row.dy for row in rows([0], [0.0, 100.0], [80.0, 180.0], [(-10.0, 10.0)] * 2, [1, 0])]
    [10.0, 66.0]
    """
    found: list[Row] = []
    y = 0.0
    for before, last in pairwise([-1, *cuts, len(starts) - 1]):
        first = before + 1
        top = min([high for high, _ in extents[first : last + 1]])
        tall = max([low for _, low in extents[first : last + 1]]) - top
        left = margin(crossing[before]) if first else 0.0
        dx = left - starts[first]
        found.append(Row(first, last, dx, y - top, left, ends[last] + dx, y + tall + GUTTER / 2))
        y += tall + GUTTER + max(0, crossing[last] - 1) * _pitch(max(1, crossing[last]))
    return found


def split(
    stops: Sequence[tuple[int, float, float, float]], row_of: Sequence[int], found: Sequence[Row]
) -> list[tuple[int, list[Stop]]]:
    """Bagian datar satu panah di setiap baris yang dilewatinya, sudah digeser ke tempatnya."""
    parts: list[tuple[int, list[Stop]]] = []
    for column, start, end, y in stops:
        number = row_of[column]
        row = found[number]
        if not parts or parts[-1][0] != number:
            parts.append((number, []))
        parts[-1][1].append(Stop(column, start + row.dx, end + row.dx, y + row.dy))
    return parts


def lanes(turns: Mapping[int, tuple[float, float]], above: Row, under: Row) -> dict[int, Lane]:
    """Jalan semua panah dari baris `above` ke `under`; `turns` memuat ketinggian keluar dan masuk setiap panah.

    Yang keluar paling atas melingkar paling luar, supaya jalan-jalan itu tidak bersilangan.
    """
    order = sorted(turns, key=lambda number: (turns[number], number))
    step = _pitch(len(order))
    return {
        number: Lane(
            above.right + EDGE + (len(order) - 1 - place) * step,
            above.below + (len(order) - 1 - place) * step,
            under.left - EDGE - place * step,
        )
        for place, number in enumerate(order)
    }


def joined(pieces: Sequence[Sequence[Point]], between: Sequence[Lane]) -> list[Point]:
    """Titik kendali satu panah dari potongannya di setiap baris dan jalan di antara baris-baris itu.

    >>> joined([[(0, 0), (3, 0), (7, 0), (10, 0)]], [])
    [(0, 0), (3, 0), (7, 0), (10, 0)]
    """
    points = list(pieces[0])
    for piece, lane in zip(pieces[1:], between, strict=True):
        out, into = points[-1], piece[0]
        turns = [(lane.right, out[1]), (lane.right, lane.below), (lane.left, lane.below), (lane.left, into[1])]
        for before, corner, after in zip([out, *turns], turns, [*turns[1:], into], strict=False):
            _turn(points, before, corner, after)
        _straight(points, into)
        points += piece[1:]
    return points


def _turn(points: list[Point], before: Point, corner: Point, after: Point) -> None:
    """A straight line towards the corner, and a quarter of a circle around it."""
    radius = min([ROUND, *(math.floor(math.dist(corner, other)) / 2 for other in (before, after))])
    begin, end = _towards(corner, before, radius), _towards(corner, after, radius)
    _straight(points, begin)
    bend = round(2 * radius * (1 - _BEND)) / 2
    points += [_towards(corner, before, bend), _towards(corner, after, bend), end]


def _towards(start: Point, end: Point, far: float) -> Point:
    (x, y), (a, b) = start, end
    return x + far * ((a > x) - (a < x)), y + far * ((b > y) - (b < y))


def _straight(points: list[Point], end: Point) -> None:
    (x, y), (a, b) = points[-1], end
    if (x, y) != (a, b):
        dx, dy = round((a - x) / 1.5) / 2, round((b - y) / 1.5) / 2
        points += [(x + dx, y + dy), (a - dx, b - dy), end]
