"""Lapisan: kolom bagi setiap kartu, supaya panah selalu maju dan pendek."""

from __future__ import annotations

from collections.abc import Sequence

Neighbours = Sequence[Sequence[int]]


def ranks(count: int, edges: Sequence[tuple[int, int]], budget: int = 60_000) -> list[int]:
    """Beri setiap simpul nomor kolom, mulai dari 0; setiap panah maju sedikitnya satu kolom.

    Simpul bernomor 0 sampai `count - 1`, sudah terurut topologis, dan terhubung. Daun berdiri tepat sebelum
    pemakainya. Jumlah panjang panah dibuat terkecil (network simplex, Gansner dkk. 1993) selama langkahnya
    tidak melewati `budget`.

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
    if budget > 3 * (count + len(edges)):
        _shorten(count, edges, rank, before, after, budget)
    low = min(rank, default=0)
    return [place - low for place in rank]


def _shorten(
    count: int, edges: Sequence[tuple[int, int]], rank: list[int], before: Neighbours, after: Neighbours, budget: int
) -> None:
    """Network simplex: swap tree edges while shifting one side of the tree makes the arrows shorter."""
    tree, budget = _tight_tree(count, edges, rank, before, after, budget)
    pull = [len(after[node]) - len(before[node]) for node in range(count)]
    parent = [0] * count
    while budget > 0:
        order = []
        stack = [0]
        parent[0] = -1
        while stack:
            node = stack.pop()
            order.append(node)
            for other in tree[node]:
                if other != parent[node]:
                    parent[other] = node
                    stack.append(other)
        gain = pull[:]
        size = [1] * count
        best, chosen = 0, -1
        for node in reversed(order[1:]):
            above = parent[node]
            value = gain[node]
            gain[above] += value
            size[above] += size[node]
            # The subtree wants to move away from its tree edge: right when it is the target, left when the source.
            want = value if rank[node] > rank[above] else -value
            if want > best:
                best, chosen = want, node
        budget -= 2 * count
        if chosen < 0:
            return
        first = order.index(chosen)
        side = order[first : first + size[chosen]]
        budget -= len(side)
        inside = set(side)
        right = rank[chosen] > rank[parent[chosen]]
        slack, here, there = -1, 0, 0
        for node in side:
            for other in after[node] if right else before[node]:
                if other not in inside:
                    room = abs(rank[other] - rank[node]) - 1
                    if slack < 0 or room < slack:
                        slack, here, there = room, node, other
        for node in side:
            rank[node] += slack if right else -slack
        tree[chosen].remove(parent[chosen])
        tree[parent[chosen]].remove(chosen)
        tree[here].append(there)
        tree[there].append(here)


def _tight_tree(
    count: int, edges: Sequence[tuple[int, int]], rank: list[int], before: Neighbours, after: Neighbours, budget: int
) -> tuple[list[list[int]], int]:
    """A spanning tree of arrows that are exactly one column long, and what is left of the budget."""
    tree: list[list[int]] = [[] for _ in range(count)]
    inside = [False] * count
    inside[0] = True
    stack = [0]
    grown = [0]
    while True:
        while stack:
            node = stack.pop()
            for others, step in ((after[node], 1), (before[node], -1)):
                for other in others:
                    if not inside[other] and rank[other] == rank[node] + step:
                        inside[other] = True
                        tree[node].append(other)
                        tree[other].append(node)
                        stack.append(other)
                        grown.append(other)
        if len(grown) == count or budget <= 0:
            return tree, budget if len(grown) == count else 0
        budget -= len(edges)
        leaving = [
            (rank[target] - rank[source] - 1, number, source, target)
            for number, (source, target) in enumerate(edges)
            if inside[source] != inside[target]
        ]
        if not leaving:
            return tree, 0
        slack, _, source, target = min(leaving)
        for node in grown:
            rank[node] += slack if inside[source] else -slack
        stack.append(source if inside[source] else target)
