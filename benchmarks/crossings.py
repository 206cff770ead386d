"""Persilangan, luas, dan tumpang tindih gambar: tata letak sendiri dibandingkan dengan `dot` pada 30 graf.

Jalankan `python benchmarks/crossings.py`; program `dot` harus terpasang. Keduanya diukur dengan penghitung
yang sama, pada lengkung yang benar-benar digambar.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograd_viz.layout.layout import layout  # noqa: E402
from benchmarks.shapes import SHAPES, shape  # noqa: E402
from tests import geometry  # noqa: E402

INCH = 72


class Score(NamedTuple):
    crossings: int
    area: float
    overlaps: int
    through: int
    seconds: float


def ours(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int, int]]) -> Score:
    start = perf_counter()
    placement = layout(sizes, edges)
    seconds = perf_counter() - start
    lines = [geometry.flatten(path.points) for path in placement.paths]
    return score(placement.boxes, lines, edges, seconds)


def dot(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int, int]]) -> Score:
    """`dot` dengan kartu yang sama besar dan jarak yang sama dengan tata letak sendiri."""
    text = [f"digraph {{ rankdir=LR nodesep={20 / INCH} ranksep={60 / INCH} splines=true"]
    text.append('node [shape=box fixedsize=true label=""] edge [arrowhead=none]')
    text += [f"{n} [width={w / INCH} height={h / INCH}]" for n, (w, h) in enumerate(sizes)]
    text += [f"{source} -> {target}" for source, target, _ in edges]
    start = perf_counter()
    plain = subprocess.run(
        ["dot", "-Tplain"], input="\n".join([*text, "}"]), capture_output=True, text=True, check=True
    ).stdout
    seconds = perf_counter() - start
    rects, lines, ends = [(0.0, 0.0, 0.0, 0.0)] * len(sizes), [], []
    for row in map(str.split, plain.splitlines()):
        if row[0] == "node":
            x, y = (float(value) * INCH for value in row[2:4])
            w, h = sizes[int(row[1])]
            rects[int(row[1])] = (x - w / 2, y - h / 2, w, h)
        elif row[0] == "edge":
            values = [float(value) * INCH for value in row[4 : 4 + 2 * int(row[3])]]
            lines.append(geometry.flatten(list(zip(values[::2], values[1::2], strict=True))))
            ends.append((int(row[1]), int(row[2]), 0))
    return score(rects, lines, ends, seconds)


def score(
    rects: Sequence[geometry.Rect],
    lines: Sequence[Sequence[geometry.Point]],
    edges: Sequence[tuple[int, int, int]],
    seconds: float,
) -> Score:
    xs = [x for x, _, w, _ in rects] + [x + w for x, _, w, _ in rects] + [x for line in lines for x, _ in line]
    ys = [y for _, y, _, h in rects] + [y + h for _, y, _, h in rects] + [y for line in lines for _, y in line]
    area = (max(xs) - min(xs)) * (max(ys) - min(ys))
    return Score(
        geometry.crossings(lines), area, geometry.overlaps(rects), geometry.through(lines, rects, edges), seconds
    )


def compare() -> list[tuple[str, int, Score, Score]]:
    rows = []
    for name in SHAPES:
        sizes, edges = shape(name)
        rows.append((name, len(sizes), ours(sizes, edges), dot(sizes, edges)))
    return rows


def main() -> None:
    rows = compare()
    print(
        f"{'graf':18}{'simpul':>7} | silang: kami  dot | luas kami/dot | tembus: kami dot | tumpuk: kami dot | ms kami"
    )
    for name, count, we, they in rows:
        print(
            f"{name:18}{count:7} | {we.crossings:12} {they.crossings:4} | {we.area / they.area:13.2f} |"
            f" {we.through:12} {they.through:3} | {we.overlaps:12} {they.overlaps:3} | {we.seconds * 1e3:7.1f}"
        )
    one, two = [we for _, _, we, _ in rows], [they for _, _, _, they in rows]
    ratio = sum(item.area for item in one) / sum(item.area for item in two)
    print(
        f"{'jumlah':18}{sum(row[1] for row in rows):7} | {sum(s.crossings for s in one):12}"
        f" {sum(s.crossings for s in two):4} | {ratio:13.2f} | {sum(s.through for s in one):12}"
        f" {sum(s.through for s in two):3} | {sum(s.overlaps for s in one):12} {sum(s.overlaps for s in two):3} |"
        f" {sum(s.seconds for s in one) * 1e3:7.1f}"
    )


if __name__ == "__main__":
    main()
