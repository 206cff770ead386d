"""Satu bagian graf yang terhubung: kolom, urutan, ketinggian, lalu jalur, dari kiri ke kanan."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_viz.layout.heights import heights
from autograd_viz.layout.net import Link, Net, Size
from autograd_viz.layout.ordering import arrange
from autograd_viz.layout.pairs import paired_ports
from autograd_viz.layout.placing import chains
from autograd_viz.layout.routing import Part, draw, ports


def place(
    sizes: Sequence[Size],
    links: Sequence[Link],
    effort: int = 200_000,
    gap: float = 60.0,
    air: float = 20.0,
    limit: float = math.inf,
    below: float | None = None,
) -> Part:
    """Letakkan kartu-kartu satu bagian; `links` berisi (sumber, tujuan, ukuran label) urut menurut slot.

    `effort` membatasi banyaknya langkah; yang lebih lebar dari `limit` piksel dipecah menjadi baris; `below` ruang di
    bawah setiap panah, sebelum labelnya.
    """
    net = Net(sizes, links, below)
    layers = arrange(net.layer, net.depth, net.left, net.right, effort)
    position = [0] * len(net.layer)
    for layer in layers:
        for index, vertex in enumerate(layer):
            position[vertex] = index
    block = _blocks(net, layers, position, links)
    out_port, in_port = _ports(net, position, block)
    settled = heights(net, layers, block, out_port, in_port, air, effort)
    line = [round(2 * settled[block[vertex]]) / 2 for vertex in range(len(block))]
    return draw(net, layers, line, sizes, links, out_port, in_port, gap, limit)


def _blocks(net: Net, layers: list[list[int]], position: list[int], links: Sequence[Link]) -> list[int]:
    near = [0] * len(net.layer)
    far = [0] * len(net.layer)
    order = sorted(range(net.real), key=net.layer.__getitem__)
    for vertex in order:
        depth = 0
        for number in net.entering[vertex]:
            depth = max(depth, near[links[number][0]] + 1)
        near[vertex] = depth
        for number in net.leaving[vertex]:
            for other in net.routes[number][1:-1]:
                near[other] = depth
    for vertex in reversed(order):
        depth = 0
        for number in net.leaving[vertex]:
            depth = max(depth, far[links[number][1]] + 1)
        far[vertex] = depth
        for number in net.entering[vertex]:
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


def _ports(net: Net, position: list[int], block: list[int]) -> tuple[list[float], list[float]]:
    out_port = [0.0] * len(net.routes)
    in_port = [0.0] * len(net.routes)
    for side, index, sides in ((out_port, 1, net.leaving), (in_port, -2, net.entering)):
        for vertex, numbers in enumerate(sides):
            if len(numbers) < 2:
                continue
            numbers = sorted(
                numbers, key=lambda number: -1 if number in net.lanes else position[net.routes[number][index]]
            )
            if net.below is not None:
                side_ports = paired_ports(len(numbers), 2 * net.up[vertex])
                for number, offset in zip(numbers, side_ports, strict=True):
                    side[number] = offset
                continue
            near = [-1 if number in net.lanes else net.routes[number][index] for number in numbers]
            straight = next((other for other in near if other >= 0 and block[other] == block[vertex]), None)
            for number, offset in zip(numbers, ports(near, straight, 2 * net.up[vertex]), strict=True):
                side[number] = offset
    return out_port, in_port
