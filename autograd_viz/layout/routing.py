"""Jalur panah: tempat menempel di sisi kartu dan lengkung di antara kolom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from autograd_viz.layout.net import Link, Net, Size
from autograd_viz.layout.wrapping import LANE, Point, Row, Stop, breaks, joined, lanes, margin, rows, split


class Band(NamedTuple):
    """Satu baris kolom: batas atas dan bawahnya, lalu awal dan akhir setiap kolom, dari kiri ke kanan."""

    top: float
    bottom: float
    columns: tuple[Point, ...]


class Part(NamedTuple):
    """Letak satu bagian: sudut kiri atas kartu, titik panah, titik tengah label, ukurannya, dan baris-barisnya."""

    corners: list[Point]
    points: list[list[Point]]
    anchors: list[Point | None]
    width: float
    height: float
    bands: tuple[Band, ...] = ()


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
    limit: float = math.inf,
) -> Part:
    """Ubah kolom dan ketinggian garis menjadi koordinat; setiap lengkung hanya berbelok di antara dua kolom.

    Gambar yang lebih lebar dari `limit` piksel dipecah menjadi baris.
    """
    starts, ends = _columns(net, layers, line, out_port, in_port, gap)
    top = _half(min([line[vertex] - net.up[vertex] for layer in layers for vertex in layer]))
    lane_y = {number: top - LANE * (index + 1) for number, index in _lanes(net, links).items()}
    crossing = _crossing(net, links)
    cuts = breaks(starts, ends, crossing, limit)
    extents = _extents(net, layers, line, lane_y, links, whole=not cuts)
    found = rows(cuts, starts, ends, extents, crossing)
    row_of = [number for number, row in enumerate(found) for _ in range(row.first, row.last + 1)]
    corners = []
    for vertex, (wide, tall) in enumerate(sizes):
        column = net.layer[vertex]
        row = found[row_of[column]]
        middle = (starts[column] + ends[column]) / 2
        corners.append((_half(middle - wide / 2) + row.dx, _half(line[vertex] + row.dy - tall / 2)))
    parts: list[list[tuple[int, list[Stop]]]] = []
    lines: list[list[Point]] = []  # of the arrows that stay in one row
    anchors: list[Point | None] = []
    for number, (source, target, label) in enumerate(links):
        one, two = net.layer[source], net.layer[target]
        begin = corners[source][0] - found[row_of[one]].dx + sizes[source][0]
        end = corners[target][0] - found[row_of[two]].dx
        stops = [(one, begin, max(begin, ends[one]) + 4, line[source] + out_port[number])]
        anchor: tuple[int, float, float] | None = None  # column, middle, and the line that the label stands on
        if number in net.lanes:
            for row in found[row_of[one + 1] : row_of[two - 1] + 1]:
                first, last = max(one + 1, row.first), min(two - 1, row.last)
                stops.append((first, starts[first], ends[last], lane_y[number]))
            if label:
                anchor = two - 1, ends[two - 1] - label[0] / 2, lane_y[number]
        for vertex in net.routes[number][1:-1]:
            column = net.layer[vertex]
            stops.append((column, starts[column], ends[column], line[vertex]))
            if vertex == net.tags[number] and label:
                anchor = column, (starts[column] + ends[column]) / 2, line[vertex]
        stops.append((two, starts[two] - 8, end, line[target] + in_port[number]))
        row = found[row_of[one]]
        if row.first <= two <= row.last:
            dx, dy = row.dx, row.dy
            parts.append([])
            lines.append(curve([(start + dx, stop + dx, y + dy) for _, start, stop, y in stops]))
        else:
            parts.append(split(stops, row_of, found))
            lines.append([])
        if anchor and label:
            row = found[row_of[anchor[0]]]
            anchors.append((_half(anchor[1]) + row.dx, _half(net.anchor(anchor[2] + row.dy, label))))
        else:
            anchors.append(None)
    width = max([row.right + margin(crossing[row.last]) for row in found])
    height = max([low for _, low in extents[found[-1].first :]]) + found[-1].dy
    bands = tuple([_band(row, starts, ends, extents[row.first : row.last + 1]) for row in found])
    return Part(corners, _joined(parts, lines, found), anchors, width, _half(height), bands)


def _band(
    row: Row, starts: Sequence[float], ends: Sequence[float], extents: Sequence[tuple[float, float]]
) -> Band:
    top, bottom = min([high for high, _ in extents]), max([low for _, low in extents])
    columns = [(starts[column] + row.dx, ends[column] + row.dx) for column in range(row.first, row.last + 1)]
    return Band(top + row.dy, bottom + row.dy, tuple(columns))


def _columns(
    net: Net, layers: list[list[int]], line: list[float], out_port: list[float], in_port: list[float], gap: float
) -> tuple[list[float], list[float]]:
    """Where each column begins and ends; between two of them there is more room where arrows climb steeply."""
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
    return starts, ends


def _crossing(net: Net, links: Sequence[Link]) -> list[int]:
    """How many arrows pass from each column to the next."""
    change = [0] * net.depth
    for source, target, _ in links:
        change[net.layer[source]] += 1
        change[net.layer[target]] -= 1
    return list(accumulate(change))


def _extents(
    net: Net, layers: list[list[int]], line: list[float], lane_y: dict[int, float], links: Sequence[Link], whole: bool
) -> list[tuple[float, float]]:
    """Top and bottom of each column; in a picture of one row all columns share them."""
    tops = [_half(min([line[vertex] - net.up[vertex] for vertex in layer])) for layer in layers]
    lows = [max([line[vertex] + net.down[vertex] for vertex in layer]) for layer in layers]
    for number, y in lane_y.items():
        source, target, _ = links[number]
        for column in range(net.layer[source] + 1, net.layer[target]):
            tops[column] = min(tops[column], y)
    if whole:
        return [(min(tops), max(lows))] * len(layers)
    return [(high, _half(low)) for high, low in zip(tops, lows, strict=True)]


def _joined(
    parts: Sequence[Sequence[tuple[int, list[Stop]]]], lines: Sequence[list[Point]], found: Sequence[Row]
) -> list[list[Point]]:
    turns: list[dict[int, tuple[float, float]]] = [{} for _ in found]
    for number, pieces in enumerate(parts):
        for (row, stops), (_, following) in pairwise(pieces):
            turns[row][number] = (stops[-1].y, following[0].y)
    ways = [lanes(turning, *pair) for turning, pair in zip(turns, pairwise(found), strict=False)]
    return [
        joined(
            [curve([stop[1:] for stop in stops]) for _, stops in pieces],
            [ways[row][number] for row, _ in pieces[:-1]],
        )
        if pieces
        else lines[number]
        for number, pieces in enumerate(parts)
    ]


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
