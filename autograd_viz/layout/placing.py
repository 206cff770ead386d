"""Ketinggian: rantai menjadi garis lurus, kartu saling memberi ruang."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from operator import lt

Links = Sequence[Sequence[int]]
Pull = tuple[int, float, float]


def chains(
    layers: Sequence[Sequence[int]],
    left: Links,
    right: Links,
    position: Sequence[int],
    real: int,
    near: Sequence[int],
    far: Sequence[int],
) -> list[tuple[int, int]]:
    """Pilih pasangan simpul bersebelahan kolom yang dihubungkan garis lurus; tidak ada dua yang bersilangan.

    `near` dan `far` adalah jarak terpanjang ke masukan dan ke keluaran; simpul dengan nomor `real` ke atas
    adalah titik lewat panah panjang.
    """
    chosen: list[tuple[int, int]] = []
    for layer, following in pairwise(layers):
        best = {vertex: _favourite(left[vertex], near, position) for vertex in following if left[vertex]}
        wanted: list[tuple[int, int, int]] = []
        for vertex in layer:
            if not right[vertex]:
                continue
            other = _favourite(right[vertex], far, position)
            if other >= 0 and best[other] == vertex:
                rank = 1 if vertex >= real and other >= real else 2
                wanted.append((0 if vertex < real and other < real else rank, vertex, other))
        if len(wanted) > 1:
            wanted = _without_crossing(wanted, position)
        chosen += [(vertex, other) for _, vertex, other in wanted]
    return chosen


def _favourite(near: Sequence[int], depth: Sequence[int], position: Sequence[int]) -> int:
    """The middle one of the deepest neighbours; -1 where two are equally in the middle."""
    if len(near) == 1:
        return near[0]
    top = max([depth[other] for other in near])
    best = sorted({other for other in near if depth[other] == top}, key=position.__getitem__)
    return best[len(best) // 2] if len(best) % 2 else -1


def _without_crossing(wanted: list[tuple[int, int, int]], position: Sequence[int]) -> list[tuple[int, int, int]]:
    wanted.sort(key=lambda pair: position[pair[1]])
    places = [position[other] for _, _, other in wanted]
    if all(map(lt, places, places[1:])):
        return wanted
    kept: list[tuple[int, int, int]] = []
    heres: list[int] = []
    theres: list[int] = []
    for item in sorted(wanted):
        here, there = position[item[1]], position[item[2]]
        spot = bisect_left(heres, here)
        if spot == bisect_left(theres, there) and there not in theres[spot : spot + 1]:
            kept.append(item)
            heres.insert(spot, here)
            theres.insert(spot, there)
    return kept


def settle(
    above: Sequence[Sequence[tuple[int, float]]],
    order: Sequence[int],
    target: Sequence[float],
    weight: Sequence[float],
    budget: int = 120_000,
) -> list[float]:
    """Geser setiap balok sedekat mungkin ke `target` tanpa melanggar jarak minimum (VPSC, Dwyer dkk. 2006).

    `above[b]` memuat (balok di atasnya, jarak minimum); `order` adalah urutan topologis dari atas ke bawah.
    Bila langkahnya melewati `budget`, sisanya cukup digeser ke bawah sampai tidak ada yang bertumpuk.

    >>> settle([[], [(0, 10.0)]], [0, 1], [0.0, 0.0], [1.0, 1.0])
    [-5.0, 5.0]
    """
    count = len(target)
    group = list(range(count))
    offset = [0.0] * count
    middle = list(target)
    mass = list(weight)
    members = [[block] for block in range(count)]
    limits = [[(block, other, gap) for other, gap in above[block]] for block in range(count)]
    for block in order:
        mine = block
        while budget > 0:
            budget -= len(limits[mine]) + 1
            worst = 1e-9
            hit: tuple[int, int, float] | None = None
            here = middle[mine]
            alive = []
            for limit in limits[mine]:
                low, high, gap = limit
                other = group[high]
                if other == mine:
                    continue
                alive.append(limit)
                short = middle[other] + offset[high] + gap - here - offset[low]
                if short > worst:
                    worst, hit = short, limit
            limits[mine] = alive
            if hit is None:
                break
            low, high, gap = hit
            other = group[high]
            shift = offset[high] + gap - offset[low]
            if len(members[mine]) > len(members[other]):
                keep, gone, shift = mine, other, -shift
            else:
                keep, gone = other, mine
            total = mass[keep] + mass[gone]
            middle[keep] = (mass[keep] * middle[keep] + mass[gone] * (middle[gone] - shift)) / total
            mass[keep] = total
            for member in members[gone]:
                group[member] = keep
                offset[member] += shift
            members[keep] += members[gone]
            limits[keep] += limits[gone]
            members[gone], limits[gone] = [], []
            mine = keep
    y = [middle[group[block]] + offset[block] for block in range(count)]
    if budget <= 0:
        _push(above, order, target, y)
    return y


def _push(
    above: Sequence[Sequence[tuple[int, float]]], order: Sequence[int], target: Sequence[float], y: list[float]
) -> None:
    """Downwards until nothing overlaps, then back towards the targets as far as there is room."""
    for low in order:
        for high, gap in above[low]:
            if y[high] + gap > y[low]:
                y[low] = y[high] + gap
    room = [inf] * len(y)
    for low in reversed(order):
        y[low] = max(y[low], min(target[low], room[low]))
        for high, gap in above[low]:
            if y[low] - gap < room[high]:
                room[high] = y[low] - gap
