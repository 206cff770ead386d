"""Jalur panah maju dan panah mundur di panggung: nilai ke nilai, gradien ke gradien."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.layout.pairs import LOW, pair_step

Point = tuple[float, float]
APART = 14.0  # half of the distance between the two arrows of an edge that has the side of a card to itself
UNDER = LOW + APART  # how far below the middle of a card its gradient arrow leaves
_NARROW = 2 / 9  # the same distance where several edges share a side, as a part of their own distance


def apart(count: int, height: float) -> float:
    """Separuh jarak antara panah maju dan panah mundur pada sisi kartu yang punya `count` panah.

    >>> apart(1, 84.0), apart(2, 84.0)
    (14.0, 8.0)
    """
    return APART if count < 2 else round(2 * pair_step(count, height) * _NARROW) / 2


def beside(points: Sequence[Point], side: float, begin: float, end: float) -> tuple[Point, ...]:
    """Jalur di atas (`side` −1) atau di bawah (`side` 1) jalur tengah; `begin` dan `end` jaraknya di kedua ujung.

    >>> beside([(0, 0), (10, 0), (20, 0), (30, 0)], 1, 14, 14)
    ((0, 25.0), (10, 25.0), (20, 25.0), (30, 25.0))
    """
    levels = _levels(points)
    first, last = LOW + side * begin, LOW + side * end
    if levels[-1] == 0 and first != last:
        (x, y), (right, _) = points[0], points[-1]
        middle = round(x + right) / 2
        return (x, y + first), (middle, y + first), (middle, y + last), (right, y + last)
    shifts = [LOW + side * APART] * (levels[-1] + 1)
    shifts[0], shifts[-1] = first, last
    return tuple((x, y + shifts[level]) for (x, y), level in zip(points, levels, strict=True))


def _levels(points: Sequence[Point]) -> list[int]:
    """For each point the flat stretch that it belongs to; a bend leads from one to the next."""
    found, level = [0], 0
    for start in range(1, len(points), 3):
        level += points[start][1] != points[start + 1][1]
        found += [found[-1], level, level]
    return found
