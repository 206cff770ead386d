"""Jaring kolom: panah panjang dipecah menjadi titik lewat, satu pada setiap kolom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd_viz.layout.layering import ranks

Size = tuple[float, float]
Link = tuple[int, int, Size | None]


class Net:
    """Kartu dan titik lewat panah panjang: nomor kolom, tetangga, dan ruang di atas serta di bawah garisnya."""

    def __init__(self, sizes: Sequence[Size], links: Sequence[Link], below: float | None = None) -> None:
        count = len(sizes)
        self.real = count
        self.below = below
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
        self.leaving: list[list[int]] = [[] for _ in range(count)]
        self.entering: list[list[int]] = [[] for _ in range(count)]
        for number, (source, target, label) in enumerate(links):
            self.leaving[source].append(number)
            self.entering[target].append(number)
            self._add(number, source, target, label)

    def _under(self, label: Size) -> float:
        return (self.below or 0.0) + label[1] + 5

    def anchor(self, line: float, label: Size) -> float:
        """Tengah label pada ketinggian `line`: di atas garis, atau di bawah ruang di bawahnya."""
        return line - 3 - label[1] / 2 if self.below is None else line + self.below + 3 + label[1] / 2

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
        most = min(400 + 2 * size, 20_000 + size // 2)
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
        self.down += extra if self.below is None else [self.below] * (last - first)
        self.wide += extra
        tag = -1
        if label:
            tag = next((vertex for vertex in route[1:-1] if self.layer[vertex] in self.thin), route[len(route) // 2])
            self.wide[tag] = label[0] + 8
            self.up[tag], self.down[tag] = (label[1] + 5, 3.0) if self.below is None else (3.0, self._under(label))
        for one, two in pairwise(route):
            self.right[one].append(two)
            self.left[two].append(one)
        self.routes.append(route)
        self.tags.append(tag)
