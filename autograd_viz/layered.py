"""Satu bagian graf yang terhubung: kolom, urutan, ketinggian, lalu jalur, dari kiri ke kanan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .layering import ranks
from .ordering import arrange
from .placing import chains, settle
from .routing import Point, curve, ports

Size = tuple[float, float]
Link = tuple[int, int, Size | None]
LANE = 12.0


class Part(NamedTuple):
    """Letak satu bagian: sudut kiri atas kartu, titik panah, titik tengah label, dan ukurannya."""

    corners: list[Point]
    points: list[list[Point]]
    anchors: list[Point | None]
    width: float
    height: float


class _Net:
    """Cards and the points through which long arrows pass, column by column."""

    def __init__(self, sizes: Sequence[Size], links: Sequence[Link]) -> None:
        count = len(sizes)
        self.real = count
        self.layer = ranks(count, [link[:2] for link in links])
        self._make_room_for_labels(links)
        self.depth = max(self.layer) + 1
        self.left: list[list[int]] = [[] for _ in range(count)]
        self.right: list[list[int]] = [[] for _ in range(count)]
        self.up = [size[1] / 2 for size in sizes]
        self.down = self.up[:]
        self.wide = [size[0] for size in sizes]
        self.lanes = self._too_long(links)
        self.routes: list[list[int]] = []
        self.tags: list[int] = []
        for number, (source, target, label) in enumerate(links):
            self._add(number, source, target, label)

    def _make_room_for_labels(self, links: Sequence[Link]) -> None:
        layer = self.layer
        gaps = {layer[source] for source, target, label in links if label and layer[target] == layer[source] + 1}
        extra = 0
        moved = []
        for place in range(max(layer) + 1):
            moved.append(place + extra)
            extra += place in gaps
        self.layer = [moved[place] for place in layer]
        self.thin = {moved[place] + 1 for place in gaps}

    def _too_long(self, links: Sequence[Link]) -> set[int]:
        """The longest arrows go around the picture when passing through it would cost too much work."""
        layer = self.layer
        spans = [layer[target] - layer[source] - 1 for source, target, _ in links]
        left = sum(spans)
        size = len(layer) + len(links)
        most = min(400 + 4 * size, 20_000 + size // 2)
        lanes: set[int] = set()
        if left > most:
            for number in sorted(range(len(links)), key=lambda item: (-spans[item], item)):
                lanes.add(number)
                left -= spans[number]
                if left <= most:
                    break
        return lanes

    def _add(self, number: int, source: int, target: int, label: Size | None) -> None:
        if number in self.lanes:
            self.routes.append([source, target])
            self.tags.append(-1)
            return
        first, last = self.layer[source] + 1, self.layer[target]
        route = [source, *range(len(self.layer), len(self.layer) + last - first), target]
        self.layer += range(first, last)
        for _ in range(first, last):
            self.left.append([])
            self.right.append([])
        extra = [0.0] * (last - first)
        self.up += extra
        self.down += extra
        self.wide += extra
        tag = -1
        if label:
            tag = next((vertex for vertex in route[1:-1] if self.layer[vertex] in self.thin), route[len(route) // 2])
            self.wide[tag] = label[0] + 8
            self.up[tag] = label[1] + 5
            self.down[tag] = 3.0
        for one, two in zip(route, route[1:], strict=False):
            self.right[one].append(two)
            self.left[two].append(one)
        self.routes.append(route)
        self.tags.append(tag)


def place(
    sizes: Sequence[Size], links: Sequence[Link], effort: int = 200_000, gap: float = 60.0, air: float = 20.0
) -> Part:
    """Letakkan kartu-kartu satu bagian; `links` berisi (sumber, tujuan, ukuran label) urut menurut slot.

    `effort` membatasi banyaknya langkah.
    """
    net = _Net(sizes, links)
    layers = arrange(net.layer, net.depth, net.left, net.right, effort)
    position = [0] * len(net.layer)
    for layer in layers:
        for index, vertex in enumerate(layer):
            position[vertex] = index
    block = _blocks(net, layers, position, links)
    out_port, in_port = _ports(net, position, block, links)
    heights = _heights(net, layers, block, out_port, in_port, air, effort)
    line = [round(2 * heights[block[vertex]]) / 2 for vertex in range(len(block))]
    return _draw(net, layers, line, sizes, links, out_port, in_port, gap)


def _blocks(net: _Net, layers: list[list[int]], position: list[int], links: Sequence[Link]) -> list[int]:
    near = [0] * len(net.layer)
    far = [0] * len(net.layer)
    order = sorted(range(net.real), key=net.layer.__getitem__)
    entering: list[list[int]] = [[] for _ in range(net.real)]
    leaving: list[list[int]] = [[] for _ in range(net.real)]
    for number, (source, target, _) in enumerate(links):
        entering[target].append(number)
        leaving[source].append(number)
    for vertex in order:
        depth = 0
        for number in entering[vertex]:
            depth = max(depth, near[links[number][0]] + 1)
        near[vertex] = depth
        for number in leaving[vertex]:
            for other in net.routes[number][1:-1]:
                near[other] = depth
    for vertex in reversed(order):
        depth = 0
        for number in leaving[vertex]:
            depth = max(depth, far[links[number][1]] + 1)
        far[vertex] = depth
        for number in entering[vertex]:
            for other in net.routes[number][1:-1]:
                far[other] = depth
    follow = dict(chains(layers, net.left, net.right, position, net.real, near, far))
    block = [-1] * len(net.layer)
    number = 0
    for layer in layers:
        for vertex in layer:
            if block[vertex] < 0:
                here: int | None = vertex
                while here is not None:
                    block[here] = number
                    here = follow.get(here)
                number += 1
    return block


def _ports(net: _Net, position: list[int], block: list[int], links: Sequence[Link]) -> tuple[list[float], list[float]]:
    out_port = [0.0] * len(links)
    in_port = [0.0] * len(links)
    leaving: list[list[int]] = [[] for _ in range(net.real)]
    entering: list[list[int]] = [[] for _ in range(net.real)]
    for number, (source, target, _) in enumerate(links):
        leaving[source].append(number)
        entering[target].append(number)
    for side, index, sides in ((out_port, 1, leaving), (in_port, -2, entering)):
        for vertex, numbers in enumerate(sides):
            if len(numbers) < 2:
                continue
            numbers.sort(key=lambda number: -1 if number in net.lanes else position[net.routes[number][index]])
            near = [-1 if number in net.lanes else net.routes[number][index] for number in numbers]
            straight = next((other for other in near if other >= 0 and block[other] == block[vertex]), None)
            for number, offset in zip(numbers, ports(near, straight, 2 * net.up[vertex]), strict=True):
                side[number] = offset
    return out_port, in_port


def _heights(
    net: _Net,
    layers: list[list[int]],
    block: list[int],
    out_port: list[float],
    in_port: list[float],
    air: float,
    effort: int,
) -> list[float]:
    count = max(block) + 1
    above: list[dict[int, float]] = [{} for _ in range(count)]
    for layer in layers:
        for one, two in zip(layer, layer[1:], strict=False):
            room = net.down[one] + net.up[two] + (air if one < net.real and two < net.real else 14.0)
            high, low = block[one], block[two]
            if above[low].get(high, 0.0) < room:
                above[low][high] = room
    limits = [list(item.items()) for item in above]
    order = _from_top(limits)
    behind: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
    ahead: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
    for number, route in enumerate(net.routes):
        if number in net.lanes:
            continue
        last = len(route) - 1
        for index in range(last):
            one, two = block[route[index]], block[route[index + 1]]
            if one != two:
                start = out_port[number] if index == 0 else 0.0
                end = in_port[number] if index == last - 1 else 0.0
                weight = 1.0 + (index > 0) + (index < last - 1)
                behind[two].append((one, start - end, weight))
                ahead[one].append((two, end - start, weight))
    y = [0.0] * count
    for low in order:
        y[low] = max([y[high] + room for high, room in limits[low]], default=0.0)
    both = [one + two for one, two in zip(behind, ahead, strict=True)]
    mass = [max(1.0, sum([item[2] for item in pulls])) for pulls in both]
    for pulls, sequence in ((behind, range(count)), (ahead, range(count - 1, -1, -1))):
        goal = y[:]
        for number in sequence:
            if pulls[number]:
                goal[number] = _middle(pulls[number], goal)
        y = settle(limits, order, goal, mass, effort // 2)
    for _ in range(8 if count < 4000 else 2):
        goal = [(y[number] + _middle(pulls, y)) / 2 if pulls else y[number] for number, pulls in enumerate(both)]
        y = settle(limits, order, goal, mass, effort // 2)
    return y


def _middle(pulls: list[tuple[int, float, float]], y: list[float]) -> float:
    total = moment = 0.0
    for other, delta, weight in pulls:
        total += weight
        moment += weight * (y[other] + delta)
    return moment / total


def _from_top(limits: list[list[tuple[int, float]]]) -> list[int]:
    below: list[list[int]] = [[] for _ in limits]
    waiting = [len(item) for item in limits]
    for low, item in enumerate(limits):
        for high, _ in item:
            below[high].append(low)
    order = [number for number, left in enumerate(waiting) if not left]
    for number in order:
        for low in below[number]:
            waiting[low] -= 1
            if not waiting[low]:
                order.append(low)
    return order


def _draw(
    net: _Net,
    layers: list[list[int]],
    line: list[float],
    sizes: Sequence[Size],
    links: Sequence[Link],
    out_port: list[float],
    in_port: list[float],
    gap: float,
) -> Part:
    steep = [0.0] * net.depth
    for number, (source, target, _) in enumerate(links):
        route = net.routes[number]
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


def _lanes(net: _Net, links: Sequence[Link]) -> dict[int, int]:
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
