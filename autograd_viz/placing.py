"""Ketinggian: rantai menjadi garis lurus, kartu saling memberi ruang."""

from __future__ import annotations

from collections.abc import Sequence

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
    for layer in layers:
        wanted: list[tuple[int, int, int]] = []
        for vertex in layer:
            ahead = right[vertex]
            if not ahead:
                continue
            if vertex >= real:
                other = ahead[0]
                if other >= real:
                    wanted.append((1, vertex, other))
                    continue
            else:
                other = ahead[0] if len(ahead) == 1 else _favourite(ahead, far, position)
            if other < 0:
                continue
            behind = left[other]
            if len(behind) == 1 or _favourite(behind, near, position) == vertex:
                wanted.append((0 if vertex < real and other < real else 2, vertex, other))
        if len(wanted) > 1:
            wanted = _without_crossing(wanted, position)
        chosen += [(vertex, other) for _, vertex, other in wanted]
    return chosen


def _favourite(near: Sequence[int], depth: Sequence[int], position: Sequence[int]) -> int:
    """The middle one of the deepest neighbours; -1 where two are equally in the middle."""
    top = max([depth[other] for other in near])
    best = sorted({other for other in near if depth[other] == top}, key=position.__getitem__)
    return best[len(best) // 2] if len(best) % 2 else -1


def _without_crossing(wanted: list[tuple[int, int, int]], position: Sequence[int]) -> list[tuple[int, int, int]]:
    wanted.sort(key=lambda pair: position[pair[1]])
    places = [position[other] for _, _, other in wanted]
    if all([one < two for one, two in zip(places, places[1:], strict=False)]):
        return wanted
    kept: list[tuple[int, int, int]] = []
    for item in sorted(wanted):
        here, there = position[item[1]], position[item[2]]
        if all([(here - position[a]) * (there - position[b]) > 0 for _, a, b in kept]):
            kept.append(item)
    return kept


def settle(
    above: Sequence[Sequence[tuple[int, float]]], order: Sequence[int], target: Sequence[float], weight: Sequence[float]
) -> list[float]:
    """Geser setiap balok sedekat mungkin ke `target` tanpa melanggar jarak minimum (VPSC, Dwyer dkk. 2006).

    `above[b]` memuat (balok di atasnya, jarak minimum); `order` adalah urutan topologis dari atas ke bawah.

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
        while True:
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
    return [middle[group[block]] + offset[block] for block in range(count)]
