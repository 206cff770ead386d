"""Ketinggian balok: setiap garis lurus ditarik ke arah tetangganya."""

from __future__ import annotations

from itertools import pairwise
from operator import sub

from autograd_viz.layout.net import Net
from autograd_viz.layout.placing import settle


def heights(
    net: Net,
    layers: list[list[int]],
    block: list[int],
    out_port: list[float],
    in_port: list[float],
    air: float,
    effort: int,
) -> list[float]:
    """Hitung ketinggian setiap balok, yaitu simpul-simpul sebaris menurut `block`; `air` adalah jarak antarkartu."""
    count = max(block) + 1
    above: list[dict[int, float]] = [{} for _ in range(count)]
    for layer in layers:
        for one, two in pairwise(layer):
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
    rounds, still = (40, 0.25) if count < 120 else (8, 2.0) if count < 4000 else (2, 2.0)
    for _ in range(rounds):
        goal = [(y[number] + _middle(pulls, y)) / 2 if pulls else y[number] for number, pulls in enumerate(both)]
        before, y = y, settle(limits, order, goal, mass, effort // 2)
        if max(map(abs, map(sub, before, y))) < still:
            break
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
