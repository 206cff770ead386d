"""Bidang kurva dan gambarnya: letak titik dalam piksel, garis yang dipotong di tepi, angka di sumbu."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 58, 10, 12, 46  # room for the axes
FAR = 4000.0  # pixels that are outside of every window
STEPS = (1, 2, 5, 10)  # distances of ticks, times a power of ten


class Point(NamedTuple):
    """Sebuah titik di bidang kurva."""

    x: float
    y: float


class Window(NamedTuple):
    """Bagian bidang yang digambar, dan letaknya di gambar."""

    low: Point
    high: Point

    def place(self, point: Point) -> Point:
        """Letak sebuah titik di gambar, dalam piksel dari sudut kiri atas bidangnya."""
        across, down = self.high.x - self.low.x, self.high.y - self.low.y
        return Point(
            (point.x - self.low.x) / across * (WIDTH - LEFT - RIGHT),
            (self.high.y - point.y) / down * (HEIGHT - TOP - BOTTOM),
        )


def number(value: float) -> str:
    """Bilangan untuk sumbu dan kalimat: empat angka penting, dengan tanda minus yang sebenarnya.

    >>> number(-0.12345)
    '−0.1235'
    """
    return f"{value + 0.0:.4g}".replace("-", "−")


def pixels(point: Point) -> tuple[float, float]:
    """Letak yang jauh di luar dipotong menjadi bilangan yang pendek."""
    return (round(min(max(point.x, -FAR), FAR), 1), round(min(max(point.y, -FAR), FAR), 1))


def path(window: Window, points: Sequence[Point]) -> str:
    """Garis lewat titik-titik itu, sebagai isi `d` sebuah `<path>`; dipotong bila jauh di luar, dan arahnya tetap."""
    placed = [window.place(point) for point in points]
    written, end = [], None
    for piece in filter(None, map(_near, placed, placed[1:])):
        first, last = ("{:g} {:g}".format(*pixels(point)) for point in piece)
        written.append(f"L{last}" if first == end else f"M{first}L{last}")
        end = last
    return "".join(written)


def _near(first: Point, last: Point) -> tuple[Point, Point] | None:
    """The part of a segment that is not far outside, in its own direction; None where there is none."""
    begin, end = 0.0, 1.0
    for start, way in ((first.x, last.x - first.x), (first.y, last.y - first.y)):
        if way:
            near, far = sorted(((-FAR - start) / way, (FAR - start) / way))
            begin, end = max(begin, near), min(end, far)
        elif abs(start) > FAR:
            return None
    if begin >= end:
        return None
    across, down = last.x - first.x, last.y - first.y
    return (
        Point(first.x + begin * across, first.y + begin * down), Point(first.x + end * across, first.y + end * down)
    )  # fmt: skip


def circles(window: Window, points: Iterable[Point]) -> Iterator[str]:
    """Lingkaran kecil untuk setiap titik."""
    for x, y in (pixels(window.place(point)) for point in points):
        yield f'<circle cx="{x:g}" cy="{y:g}" r="5"/>'


def ticks(window: Window) -> Iterator[str]:
    """Angka-angka di kedua sumbu."""
    for at in _even(window.low.x, window.high.x, 6):
        x = round(LEFT + window.place(Point(at, 0)).x, 1)
        yield f'<text x="{x:g}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{number(at)}</text>'
    for at in _even(window.low.y, window.high.y, 5):
        y = round(TOP + window.place(Point(0, at)).y + 5, 1)
        yield f'<text x="{LEFT - 6}" y="{y:g}" text-anchor="end">{number(at)}</text>'


def _even(low: float, high: float, count: int) -> list[float]:
    """At most `count` round numbers between two limits, evenly spaced."""
    power = 10.0 ** math.floor(math.log10((high - low) / count))
    step = next(power * one for one in STEPS if (high - low) / (power * one) <= count)
    return [step * index for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
