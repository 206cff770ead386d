"""What a drawn layout shows, measured on the curves themselves: overlaps, crossings, arrows through cards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # x, y, width, height
STEPS = 16


def flatten(points: Sequence[Point]) -> list[Point]:
    """A cubic Bézier path as a polyline; straight pieces stay one line."""
    line = [points[0]]
    for start in range(0, len(points) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[start : start + 4]
        flat = ay == by == cy == dy or ax == bx == cx == dx
        for step in range(STEPS if flat else 1, STEPS + 1):
            t = step / STEPS
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            line.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return line


def _bounds(line: Sequence[Point]) -> Rect:
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    return min(xs), min(ys), max(xs), max(ys)


def _meet(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    rx, ry, sx, sy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = rx * sy - ry * sx
    if abs(cross) < 1e-9:
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
    return (a[0] + t * rx, a[1] + t * ry) if 0 <= t <= 1 and 0 <= u <= 1 else None


def _near(a: Point, b: Point, reach: float) -> bool:
    return abs(a[0] - b[0]) <= reach and abs(a[1] - b[1]) <= reach


def crossings(lines: Sequence[Sequence[Point]]) -> int:
    """Points where two drawn arrows cross; meeting where both begin or both end does not count."""
    bounds = [_bounds(line) for line in lines]
    total = 0
    for one, first in enumerate(lines):
        for two in range(one):
            second = lines[two]
            p, q = bounds[one], bounds[two]
            if p[0] > q[2] or q[0] > p[2] or p[1] > q[3] or q[1] > p[3]:
                continue
            ends = [here for here, there in ((first[0], second[0]), (first[-1], second[-1])) if _near(here, there, 4)]
            found: list[Point] = []
            for a, b in pairwise(first):
                if max(a[0], b[0]) < q[0] or min(a[0], b[0]) > q[2] or max(a[1], b[1]) < q[1] or min(a[1], b[1]) > q[3]:
                    continue
                for c, d in pairwise(second):
                    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
                        continue
                    spot = _meet(a, b, c, d)
                    if spot and not any(_near(spot, other, 4) for other in (*ends, *found)):
                        found.append(spot)
            total += len(found)
    return total


def overlaps(rects: Sequence[Rect], air: float = 0.0) -> int:
    """Pairs of rectangles that come closer than `air`."""
    total = 0
    open_: list[Rect] = []
    for rect in sorted(rects):
        open_ = [other for other in open_ if other[0] + other[2] + air > rect[0]]
        total += sum(other[1] < rect[1] + rect[3] + air and rect[1] < other[1] + other[3] + air for other in open_)
        open_.append(rect)
    return total


def touches(line: Sequence[Point], rect: Rect, inset: float = 1.0) -> bool:
    """Whether a polyline enters the rectangle, by more than `inset`."""
    x0, y0, x1, y1 = rect[0] + inset, rect[1] + inset, rect[0] + rect[2] - inset, rect[1] + rect[3] - inset
    for (ax, ay), (bx, by) in pairwise(line):
        low, high = 0.0, 1.0
        for start, change, least, most in ((ax, bx - ax, x0, x1), (ay, by - ay, y0, y1)):
            if change == 0:
                if not least < start < most:
                    low = 2.0
                continue
            one, two = sorted(((least - start) / change, (most - start) / change))
            low, high = max(low, one), min(high, two)
        if low < high:
            return True
    return False


def through(lines: Sequence[Sequence[Point]], rects: Sequence[Rect], edges: Sequence[tuple[int, int, int]]) -> int:
    """How often an arrow runs through a card that is neither its source nor its target."""
    total = 0
    for line, (source, target, _) in zip(lines, edges, strict=True):
        x0, y0, x1, y1 = _bounds(line)
        for card, rect in enumerate(rects):
            if card in (source, target) or rect[0] > x1 or rect[1] > y1:
                continue
            if rect[0] + rect[2] < x0 or rect[1] + rect[3] < y0:
                continue
            total += touches(line, rect)
    return total
