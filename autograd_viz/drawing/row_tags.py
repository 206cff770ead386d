"""Tulisan pada panah yang berganti baris, di ujung yang terlihat lebih dulu pada layar sempit."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.layout.layout import Path, Placement

TEXT = "↵ sambungan baris di atas"
LONG, BESIDE = 150.0, 14.0  # pixels: of a line that goes back to the next row, and from its end to the writing


def row_tags(placement: Placement, upright: bool, wide: float) -> dict[int, tuple[float, float]]:
    """Titik tengah tulisan selebar `wide` menurut nomor panah: satu untuk setiap baris sesudah yang pertama.

    >>> row_tags(Placement((), (), 0, 0), False, 100)
    {}
    """
    if upright or all(len(island.bands) < 2 for island in placement.islands):
        return {}
    taken: set[int] = set()
    found: dict[int, tuple[float, float]] = {}
    tops = [band.top for island in placement.islands for band in island.bands[1:]]
    for number, path in enumerate(placement.paths):
        if path.label is not None:
            continue
        for right, left, y in _ways_back(path):
            row = sum(top <= y for top in tops)
            if row not in taken and abs(right - left) > max(LONG, wide + 2 * BESIDE):
                taken.add(row)
                found[number] = (left + (BESIDE + wide / 2 if right > left else -BESIDE - wide / 2), y)
    return found


def _ways_back(path: Path) -> Sequence[tuple[float, float, float]]:
    """The straight pieces that run against the arrow, from one row to the next: begin, end, height."""
    points = path.points
    forward = points[-1][0] >= points[-2][0]  # how it comes in
    pieces = [(points[at], points[at + 3]) for at in range(0, len(points) - 3, 3)]
    level = [(begin[0], end[0], end[1]) for begin, end in pieces if begin[1] == end[1]]
    return [one for one in level if (one[1] < one[0]) is forward and abs(one[0] - one[1]) > LONG]
