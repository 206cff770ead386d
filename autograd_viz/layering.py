"""Lapisan: kolom bagi setiap kartu, supaya panah selalu maju dan pendek."""

from __future__ import annotations

from collections.abc import Sequence


def ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Beri setiap simpul nomor kolom, mulai dari 0; setiap panah maju sedikitnya satu kolom.

    Simpul bernomor 0 sampai `count - 1` dan sudah terurut topologis. Daun berdiri tepat sebelum pemakainya.

    >>> ranks(4, [(0, 2), (1, 3), (2, 3)])
    [0, 1, 1, 2]
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    rank = [0] * count
    for node in range(count):
        if before[node]:
            rank[node] = max([rank[source] for source in before[node]]) + 1
    # A subtree that nothing else uses follows its consumer for free, so it does not hold the consumer back.
    carried = [False] * count
    for node in range(count):
        carried[node] = len(after[node]) == 1 and all([carried[source] for source in before[node]])
    for _ in range(4):
        moved = False
        for node in range(count - 1, -1, -1):
            if not after[node]:
                continue
            room = min([rank[target] for target in after[node]]) - 1
            if room > rank[node] and len(after[node]) > sum([not carried[source] for source in before[node]]):
                rank[node] = room
                moved = True
        for node in range(count):
            if len(before[node]) <= len(after[node]) or carried[node]:
                continue
            room = max([rank[source] for source in before[node]]) + 1
            if room < rank[node]:
                rank[node] = room
                moved = True
        if not moved:
            break
    low = min(rank, default=0)
    return [place - low for place in rank]
