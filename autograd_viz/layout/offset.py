"""Jalur sejajar: kurva Bézier digeser tegak lurus arahnya."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def offset(points: Sequence[Point], distance: float) -> tuple[Point, ...]:
    """Jalur yang sejajar dengan `points`, berjarak `distance` piksel ke bawah bagi jalur ke kanan.

    Sisi-sisi poligon kendali digeser, lalu dipotongkan lagi (Tiller dan Hanson, 1984).

    >>> offset([(0, 0), (10, 0), (20, 0), (30, 0)], 5)
    ((0.0, 5.0), (10.0, 5.0), (20.0, 5.0), (30.0, 5.0))
    """
    legs = [_unit(a, b) for a, b in zip(points, points[1:], strict=False)]
    known = next((leg for leg in legs if leg), (1.0, 0.0))
    filled: list[Point] = []
    for leg in legs:
        known = leg or known
        filled.append(known)
    moved = []
    for place, (x, y) in enumerate(points):
        before, after = filled[max(place - 1, 0)], filled[min(place, len(filled) - 1)]
        (dx, dy) = _corner(before, after)
        moved.append((round(x + dx * distance, 1), round(y + dy * distance, 1)))
    return tuple(moved)


def _unit(a: Point, b: Point) -> Point | None:
    dx, dy = b[0] - a[0], b[1] - a[1]
    far = math.hypot(dx, dy)
    return (dx / far, dy / far) if far else None


def _corner(before: Point, after: Point) -> Point:
    """How the corner of two legs moves when both move by one; a sharp turn is cut."""
    (a, b), (c, d) = (-before[1], before[0]), (-after[1], after[0])
    share = 1 + a * c + b * d
    if share < 0.5:
        return a, b
    return (a + c) / share, (b + d) / share
