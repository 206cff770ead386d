"""Jalur panah: tempat menempel di sisi kartu dan lengkung di antara kolom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.layout.net import Link, Net, Size

Point = tuple[float, float]
LANE = 12.0


class Part(NamedTuple):
    """Letak satu bagian: sudut kiri atas kartu, titik panah, titik tengah label, dan ukurannya."""

    corners: list[Point]
    points: list[list[Point]]
    anchors: list[Point | None]
    width: float
    height: float


def ports(places: Sequence[int], straight: int | None, height: float, step: float = 14.0) -> list[float]:
    """Bagi tempat menempel pada satu sisi kartu, dihitung dari tengah kartu, urut dari atas.

    `places` adalah nomor tetangga setiap panah dari atas ke bawah; panah ke tetangga `straight` menempel di tengah.

    >>> ports([7, 8, 9], 7, 60.0)
    [0.0, 11.0, 22.0]
    """
    last = len(places) - 1
    centre = last / 2
    if straight is not None:
        same = [index for index, place in enumerate(places) if place == straight]
        if same:
            centre = (same[0] + same[-1]) / 2
    reach = max(centre, last - centre)
    if reach > 0:
        step = min(step, max(height / 2 - 8, height / 4) / reach)
    return [round(2 * (index - centre) * step) / 2 for index in range(last + 1)]


def curve(stops: Sequence[tuple[float, float, float]]) -> list[Point]:
    """Buat titik kendali Bézier kubik melalui `stops`, yaitu (awal x, akhir x, y) dari bagian-bagian datar.

    Titik pertama adalah awal; sesudahnya setiap tiga titik adalah satu potongan lengkung.

    >>> curve([(0.0, 10.0, 5.0), (50.0, 60.0, 5.0)])
    [(0.0, 5.0), (20.0, 5.0), (40.0, 5.0), (60.0, 5.0)]
    """
    begin, x, y = stops[0]
    points = [(begin, y)]
    for start, end, height in stops[1:]:
        if height == y:
            x = end
            continue
        if x > points[-1][0]:
            points += _straight(points[-1], (x, y))
        middle = round(x + start) / 2
        points += [(middle, y), (middle, height), (start, height)]
        x, y = end, height
    if x > points[-1][0]:
        points += _straight(points[-1], (x, y))
    return points


def _straight(one: Point, two: Point) -> list[Point]:
    third = round((two[0] - one[0]) / 1.5) / 2
    return [(one[0] + third, one[1]), (two[0] - third, two[1]), two]


def draw(
    net: Net,
    layers: list[list[int]],
    line: list[float],
    sizes: Sequence[Size],
    links: Sequence[Link],
    out_port: list[float],
    in_port: list[float],
    gap: float,
) -> Part:
    """Ubah kolom dan ketinggian garis menjadi koordinat; setiap lengkung hanya berbelok di antara dua kolom."""
    steep = [0.0] * net.depth
    for number, route in enumerate(net.routes):
        levels = [line[vertex] for vertex in route]
        levels[0] += out_port[number]
        levels[-1] += in_port[number]
        if number not in net.lanes:
            for index in range(len(route) - 1):
                column = net.layer[route[index]]
                steep[column] = max(steep[column], abs(levels[index] - levels[index + 1]))
    starts: list[float] = []
    ends: list[float] = []
    x = 0.0
    for column, layer in enumerate(layers):
        if column:
            share = 0.4 if column in net.thin else 0.7 if column - 1 in net.thin else 1.0
            x += _half(gap * share + min(gap, steep[column - 1] / 8))
        starts.append(x)
        x += _half(max([net.wide[vertex] for vertex in layer]))
        ends.append(x)
    width = x
    lanes = _lanes(net, links)
    top = min([line[vertex] - net.up[vertex] for layer in layers for vertex in layer])
    top = _half(top)
    lane_y = {number: top - LANE * (index + 1) for number, index in lanes.items()}
    top = min([top, *lane_y.values()])
    bottom = max([line[vertex] + net.down[vertex] for layer in layers for vertex in layer])
    corners = []
    for vertex, (wide, tall) in enumerate(sizes):
        middle = (starts[net.layer[vertex]] + ends[net.layer[vertex]]) / 2
        corners.append((_half(middle - wide / 2), _half(line[vertex] - top - tall / 2)))
    points: list[list[Point]] = []
    anchors: list[Point | None] = []
    for number, (source, target, label) in enumerate(links):
        begin = _half(corners[source][0] + sizes[source][0])
        stop = corners[target][0]
        one, two = net.layer[source], net.layer[target]
        stops = [(begin, max(begin, ends[one]) + 4, line[source] + out_port[number] - top)]
        anchor = None
        if number in net.lanes:
            stops.append((starts[one + 1], ends[two - 1], lane_y[number] - top))
            if label:
                anchor = (_half(ends[two - 1] - label[0] / 2), _half(lane_y[number] - top - 3 - label[1] / 2))
        for vertex in net.routes[number][1:-1]:
            column = net.layer[vertex]
            stops.append((starts[column], ends[column], line[vertex] - top))
            if vertex == net.tags[number] and label:
                anchor = (
                    _half((starts[column] + ends[column]) / 2),
                    _half(line[vertex] - top - 3 - label[1] / 2),
                )
        stops.append((starts[two] - 8, stop, line[target] + in_port[number] - top))
        points.append(curve(stops))
        anchors.append(anchor)
    return Part(corners, points, anchors, width, _half(bottom - top))


def _half(value: float) -> float:
    return round(2 * value) / 2


def _lanes(net: Net, links: Sequence[Link]) -> dict[int, int]:
    """Arrows that go around: those of one source share a lane, lanes that do not meet share a height."""
    reach: dict[int, tuple[int, int, list[int]]] = {}
    for number in sorted(net.lanes):
        source, target, label = links[number]
        key = source if not label else -1 - number
        begin, end, numbers = reach.get(key, (net.layer[source], 0, []))
        numbers.append(number)
        reach[key] = (begin, max(end, net.layer[target]), numbers)
    free: list[int] = []
    result: dict[int, int] = {}
    for begin, end, numbers in sorted(reach.values()):
        index = next((index for index, until in enumerate(free) if until < begin), len(free))
        free[index : index + 1] = [end]
        for number in numbers:
            result[number] = index
    return result
