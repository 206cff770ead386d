"""Tata letak berlapis: ukuran kartu dan panah menjadi koordinat, tanpa pustaka lain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from autograd_viz.collecting import paused
from autograd_viz.layout.layered import place
from autograd_viz.layout.routing import Band, Part

Direction = Literal["LR", "TB", "RL", "BT"]
Point = tuple[float, float]
Size = tuple[float, float]
EFFORT, GAP = 200_000, 60.0


class Box(NamedTuple):
    """Satu kartu: sudut kiri atas, lebar, dan tinggi, dalam piksel."""

    x: float
    y: float
    width: float
    height: float


class Path(NamedTuple):
    """Satu panah: titik kendali Bézier kubik (awal, lalu tiga titik per potongan) dan titik tengah labelnya."""

    points: tuple[Point, ...]
    label: Point | None = None


class Island(NamedTuple):
    """Satu bagian gambar yang tersambung: nomor kartunya, letaknya dalam deretan bagian, dan baris-baris kolomnya.

    Pada arah "TB" dan "BT" kolomnya mendatar: `line` dan semua angka barisnya adalah x, dan sebaliknya.
    """

    cards: tuple[int, ...]
    line: float
    bands: tuple[Band, ...]


class Placement(NamedTuple):
    """Letak semua kartu dan panah, urut seperti masukannya; gambar dimulai di (0, 0)."""

    boxes: tuple[Box, ...]
    paths: tuple[Path, ...]
    width: float
    height: float
    islands: tuple[Island, ...] = ()


def layout(
    sizes: Sequence[Size],
    edges: Sequence[tuple[int, int, int]],
    direction: Direction = "LR",
    labels: Sequence[Size | None] | None = None,
    gap: float = GAP,
    limit: float = math.inf,
    below: float | None = None,
) -> Placement:
    """Letakkan kartu berukuran `sizes` (lebar, tinggi) dan panah `edges` (sumber, tujuan, slot).

    Simpul terurut topologis: sumber setiap panah bernomor lebih kecil daripada tujuannya. `labels` memuat
    ukuran label setiap panah, atau None; `gap` jarak antarkolom. Gambar mendatar yang lebih lebar dari `limit` dipecah
    menjadi baris, seperti teks. Bila `below` diberikan, setiap panah punya ruang sejauh itu di bawahnya, dan labelnya
    di bawah ruang itu. Ukuran dan koordinat dalam piksel, dibulatkan ke 0,5.

    Galat: `ValueError` bila `direction` tidak dikenal, panjang `labels` tidak sama dengan `edges`, atau
    sebuah panah tidak maju.

    >>> layout([(80, 40), (80, 40)], [(0, 1, 0)]).boxes
    (Box(x=0.0, y=0.0, width=80, height=40), Box(x=140.0, y=0.0, width=80, height=40))
    """
    with paused():
        return _layout(sizes, edges, direction, labels, gap, limit, below)


def _layout(
    sizes: Sequence[Size],
    edges: Sequence[tuple[int, int, int]],
    direction: Direction,
    labels: Sequence[Size | None] | None,
    gap: float,
    limit: float,
    below: float | None,
) -> Placement:
    tags = list(labels) if labels is not None else [None] * len(edges)
    _check(len(sizes), edges, direction, len(tags))
    flat = direction in ("LR", "RL")
    frame = [(width, height) if flat else (height, width) for width, height in sizes]
    tags = [tag if tag is None or flat else (tag[1], tag[0]) for tag in tags]
    corners: list[Point] = [(0.0, 0.0)] * len(sizes)
    points: list[list[Point]] = [[]] * len(edges)
    anchors: list[Point | None] = [None] * len(edges)
    parts = []
    for nodes, numbers in _components(len(sizes), edges):
        local = {node: index for index, node in enumerate(nodes)}
        numbers.sort(key=lambda number: (edges[number][1], edges[number][2], edges[number][0]))
        links = [(local[edges[number][0]], local[edges[number][1]], tags[number]) for number in numbers]
        share = EFFORT * (len(nodes) + len(numbers)) // (len(sizes) + len(edges))
        part = place([frame[node] for node in nodes], links, share, gap, limit=limit if flat else math.inf, below=below)
        parts.append((nodes, numbers, part))
    spots, width, height = _pack([part for _, _, part in parts], limit)
    for (nodes, numbers, part), (dx, dy) in zip(parts, spots, strict=True):
        for node, (x, y) in zip(nodes, part.corners, strict=True):
            corners[node] = (x + dx, y + dy)
        for number, line, anchor in zip(numbers, part.points, part.anchors, strict=True):
            points[number] = [(x + dx, y + dy) for x, y in line]
            anchors[number] = anchor and (anchor[0] + dx, anchor[1] + dy)
    islands = [
        Island(tuple(nodes), dy, tuple([_moved(band, dx, dy, width, direction) for band in part.bands]))
        for (nodes, _, part), (dx, dy) in zip(parts, spots, strict=True)
    ]
    found = _turn(direction, frame, corners, points, anchors, width, height)
    return found._replace(islands=tuple(islands))


def _moved(band: Band, dx: float, dy: float, width: float, direction: Direction) -> Band:
    columns = [(start + dx, end + dx) for start, end in band.columns]
    if direction in ("RL", "BT"):
        columns = [(width - end, width - start) for start, end in reversed(columns)]
    return Band(band.top + dy, band.bottom + dy, tuple(columns))


def _check(count: int, edges: Sequence[tuple[int, int, int]], direction: str, tags: int) -> None:
    if direction not in get_args(Direction):
        raise ValueError(
            f"Arah {direction!r} tidak dikenal: gambar hanya mengalir ke empat arah. "
            f"Pilih salah satu dari {', '.join(get_args(Direction))}."
        )
    if tags != len(edges):
        raise ValueError(
            f"Ada {tags} label untuk {len(edges)} panah: setiap panah memerlukan satu tempat di labels. "
            "Isi None untuk panah tanpa label."
        )
    for source, target, _ in edges:
        if not 0 <= source < target < count:
            raise ValueError(
                f"Panah {source} → {target} tidak maju di antara {count} simpul: simpul harus terurut topologis. "
                "Beri sumber nomor yang lebih kecil daripada tujuannya."
            )


def _components(count: int, edges: Sequence[tuple[int, int, int]]) -> list[tuple[list[int], list[int]]]:
    """Nodes and edge numbers of each connected part, in the order of its first node."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for source, target, _ in edges:
        one, two = find(source), find(target)
        root[max(one, two)] = min(one, two)
    parts: dict[int, tuple[list[int], list[int]]] = {}
    for node in range(count):
        parts.setdefault(find(node), ([], []))[0].append(node)
    for number, (source, _, _) in enumerate(edges):
        parts[find(source)][1].append(number)
    return list(parts.values())


def _pack(parts: Sequence[Part], limit: float, air: float = 32.0) -> tuple[list[Point], float, float]:
    """Rows of parts, about twice as wide as high, and no wider than `limit` unless one part is."""
    room = sum([(part.width + air) * (part.height + air) for part in parts])
    wide = max([part.width for part in parts] + [min(round((2 * room) ** 0.5), limit)]) if parts else 0.0
    spots: list[Point] = []
    x = y = tall = width = 0.0
    for part in parts:
        if x and x + part.width > wide:
            x, y, tall = 0.0, y + tall + air, 0.0
        spots.append((x, y))
        x += part.width + air
        width = max(width, x - air)
        tall = max(tall, part.height)
    return spots, width, y + tall


def _turn(
    direction: Direction,
    frame: Sequence[Size],
    corners: Sequence[Point],
    points: Sequence[Sequence[Point]],
    anchors: Sequence[Point | None],
    width: float,
    height: float,
) -> Placement:
    if direction == "LR":
        return Placement(
            tuple([Box(*corner, *size) for corner, size in zip(corners, frame, strict=True)]),
            tuple([Path(tuple(line), anchor) for line, anchor in zip(points, anchors, strict=True)]),
            width,
            height,
        )
    mirrored = direction in ("RL", "BT")
    upright = direction in ("TB", "BT")

    def turn(point: Point) -> Point:
        x, y = (width - point[0] if mirrored else point[0]), point[1]
        return (y, x) if upright else (x, y)

    boxes = []
    for (x, y), (wide, tall) in zip(corners, frame, strict=True):
        x = width - x - wide if mirrored else x
        boxes.append(Box(y, x, tall, wide) if upright else Box(x, y, wide, tall))
    paths = [
        Path(tuple([turn(point) for point in line]), turn(anchor) if anchor else None)
        for line, anchor in zip(points, anchors, strict=True)
    ]
    return Placement(tuple(boxes), tuple(paths), *((height, width) if upright else (width, height)))
