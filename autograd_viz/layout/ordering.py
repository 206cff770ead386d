"""Urutan di dalam kolom: panah sesedikit mungkin bersilangan."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

Links = Sequence[Sequence[int]]


def crossings(upper: Sequence[int], right: Links, position: Sequence[int]) -> int:
    """Hitung persilangan panah antara satu kolom dan kolom berikutnya.

    >>> crossings([0, 1], [[3], [2], [], []], [0, 1, 0, 1])
    1
    """
    seen: list[int] = []
    total = 0
    for vertex in upper:
        for place in sorted([position[other] for other in right[vertex]]):
            if seen and seen[-1] > place:
                total += len(seen) - bisect_right(seen, place)
                insort(seen, place)
            else:
                seen.append(place)
    return total


def arrange(layer_of: Sequence[int], depth: int, left: Links, right: Links, budget: int = 60_000) -> list[list[int]]:
    """Susun simpul setiap kolom dari atas ke bawah.

    `left` dan `right` memuat tetangga setiap simpul di kolom sebelum dan sesudahnya. `budget` membatasi
    banyaknya langkah, bukan waktu, supaya hasilnya sama di setiap komputer.

    >>> arrange([0, 0, 1, 1], 2, [[], [], [1], [0]], [[3], [2], [], []])
    [[1, 0], [2, 3]]
    """
    size = sum(map(len, right)) + len(layer_of)
    best: list[list[int]] = []
    fewest = -1
    for start in (_from_right, _from_left):
        layers = start(layer_of, depth, left, right)
        position = [0] * len(layer_of)
        _number(layers, position)
        count = _total(layers, right, position)
        if fewest < 0 or count < fewest:
            best, fewest = [layer[:] for layer in layers], count
        stale = 0
        sweep = 0
        while fewest and stale < 16 and budget > 0:
            _sweep(layers, position, left if sweep % 2 == 0 else right, sweep % 2 == 1, sweep % 4 > 1)
            budget -= 2 * size
            if budget > 0:
                budget -= _transpose(layers, position, left, right, sweep % 4 > 1)
            count = _total(layers, right, position)
            stale += 1
            if count < fewest:
                best, fewest, stale = [layer[:] for layer in layers], count, 0
            sweep += 1
        if not fewest or budget <= 0:
            break
    return best


def _number(layers: list[list[int]], position: list[int]) -> None:
    for layer in layers:
        for place, vertex in enumerate(layer):
            position[vertex] = place


def _total(layers: list[list[int]], right: Links, position: list[int]) -> int:
    return sum([crossings(layer, right, position) for layer in layers])


def _walk(roots: list[int], links: Links, layer_of: Sequence[int], depth: int) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(depth)]
    seen = bytearray(len(layer_of))
    for root in roots:
        stack = [root]
        while stack:
            vertex = stack.pop()
            if seen[vertex]:
                continue
            seen[vertex] = 1
            layers[layer_of[vertex]].append(vertex)
            stack += reversed(links[vertex])
    return layers


def _from_right(layer_of: Sequence[int], depth: int, left: Links, right: Links) -> list[list[int]]:
    return _walk([vertex for vertex in range(len(layer_of)) if not right[vertex]], left, layer_of, depth)


def _from_left(layer_of: Sequence[int], depth: int, left: Links, right: Links) -> list[list[int]]:
    return _walk([vertex for vertex in range(len(layer_of)) if not left[vertex]], right, layer_of, depth)


def _sweep(layers: list[list[int]], position: list[int], links: Links, backward: bool, flip: bool) -> None:
    for layer in reversed(layers) if backward else layers:
        if len(layer) < 2:
            continue
        keys: dict[int, float] = {}
        for vertex in layer:
            near = links[vertex]
            if len(near) == 1:
                keys[vertex] = position[near[0]]
            elif near:
                keys[vertex] = sum([position[other] for other in near]) / len(near)
        movable = [vertex for vertex in layer if vertex in keys]
        if flip:
            movable.reverse()
        movable.sort(key=keys.__getitem__)
        if len(movable) < len(layer):
            queue = iter(movable)
            movable = [next(queue) if vertex in keys else vertex for vertex in layer]
        layer[:] = movable
        for place, vertex in enumerate(layer):
            position[vertex] = place


def _transpose(layers: list[list[int]], position: list[int], left: Links, right: Links, even: bool) -> int:
    """Swap neighbours while that removes crossings, with `even` at first also ties; returns the work done."""
    work = 0
    for turn in range(8):
        better = False
        for layer in layers:
            for place in range(len(layer) - 1):
                first, second = layer[place], layer[place + 1]
                gain = 0
                for links in (left, right):
                    ones, others = links[first], links[second]
                    if ones and others:
                        work += len(ones) * len(others)
                        for one in ones:
                            here = position[one]
                            for other in others:
                                there = position[other]
                                gain += (here > there) - (here < there)
                if gain > 0 or (even and not turn and not gain):
                    layer[place], layer[place + 1] = second, first
                    position[first], position[second] = place + 1, place
                    better = True
        work += len(position)
        if not better:
            break
    return work
