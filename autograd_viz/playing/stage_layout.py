"""Panggung satu halaman: tempat setiap kartu, panah maju, panah mundur, dan label, sebagai data biasa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_viz.drawing.cards import TENSORS
from autograd_viz.graph import Graph
from autograd_viz.layout.layout import layout
from autograd_viz.layout.offset import Point, offset
from autograd_viz.recording.events import CutLink
from autograd_viz.text.formatting import grad_text
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import STAGE

MARGIN = 20.0
APART, CLOSE = 7.0, 4.0  # half of the distance between the two arrows of an edge; less where ports are near
LABEL_HEIGHT = 18.0
GAP = 34.0  # between columns; the labels on the arrows need room of their own
NO_GRAD, GRAD_GONE = grad_text(None), "grad None"  # written in a quiet way


class Card(NamedTuple):
    """Satu kartu di panggung; `lines` dan `grads` banyaknya baris nilai dan gradien yang perlu disediakan."""

    kind: str
    title: str
    x: float
    y: float
    width: float
    height: float
    lines: int = 1
    grads: int = 1


class Wire(NamedTuple):
    """Satu panah: jalur maju, jalur mundur (dari kiri ke kanan), dan tengah labelnya.

    Garis potongan punya `word`, penyebabnya, dan tidak punya jalur mundur.
    """

    source: int
    target: int
    forward: tuple[Point, ...]
    backward: tuple[Point, ...]
    label: Point
    word: str = ""


class Stage(NamedTuple):
    """Panggung satu halaman beserta ukurannya dalam piksel."""

    cards: tuple[Card, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float


class Need(NamedTuple):
    """Teks terpanjang yang akan muncul di setiap tempat: kunci tempat → semua teksnya."""

    texts: Mapping[str, Sequence[str]]

    def wide(self, key: str, size: float, bold: bool) -> float:
        """Lebar baris terpanjang di tempat `key`, dalam piksel."""
        lines = [line for text in self.texts.get(key, ()) for line in text.split("\n")]
        return max((width(line, size, bold) for line in lines), default=0.0)

    def rows(self, key: str) -> int:
        """Banyaknya baris di tempat `key`."""
        return max((text.count("\n") + 1 for text in self.texts.get(key, ()) if text), default=0)


def kind(role: str) -> str:
    """Jenis kartu dari peran simpul.

    >>> kind("output")
    'operation'
    """
    return "operation" if role == "output" else role


def heading(title: str) -> str:
    """Judul yang muat di kartu."""
    return shorten(title, STAGE.title_limit, STAGE.title, True)


def stage(graph: Graph, titles: Sequence[str], need: Need, cuts: Sequence[CutLink] = ()) -> Stage:
    """Menempatkan kartu dan panah sebuah halaman, cukup luas untuk semua teks di `need`.

    >>> from autograd_viz.graph import Node
    >>> stage(Graph((Node("AccumulateGrad", "leaf", "x"),), ()), ["x"], Need({"v0": ["nilai 3"]})).cards[0].width
    104.0
    """
    roles = [node.role for node in graph.nodes]
    own = [_size(place, *both, need) for place, both in enumerate(zip(roles, titles, strict=True))]
    sizes = _equal(own, roles)
    labels: list[tuple[float, float] | None] = []
    for number in range(len(graph.edges)):
        room = need.wide(f"e{number}", STAGE.label, True)
        labels.append((-(-(room + 10) * 2 // 1) / 2, LABEL_HEIGHT + APART) if room else (28.0, LABEL_HEIGHT))
    labels += [(-(-(width(cut.how, STAGE.label, True) + 24) * 2 // 1) / 2, LABEL_HEIGHT) for cut in cuts]
    lines = [*((e.source, e.target, e.slot) for e in graph.edges), *((c.source, c.target, 0) for c in cuts)]
    placement = layout([(s[0], s[1]) for s in sizes], lines, "LR", labels, GAP)
    cards = tuple(
        Card(kind(node.role), heading(title), box.x + MARGIN, box.y + MARGIN, box.width, box.height, size[2], size[3])
        for node, title, box, size in zip(graph.nodes, titles, placement.boxes, sizes, strict=True)
    )
    ends: dict[tuple[str, int], int] = {}
    for edge in graph.edges:
        for end in (("out", edge.source), ("in", edge.target)):
            ends[end] = ends.get(end, 0) + 1
    wires = []
    words = [*("" for _ in graph.edges), *(cut.how for cut in cuts)]
    for (source, target, _), word, path in zip(lines, words, placement.paths, strict=True):
        alone = ends.get(("out", source)) == 1 and ends.get(("in", target)) == 1
        apart = 0.0 if word else APART if alone else CLOSE
        points = [(x + MARGIN, y + MARGIN) for x, y in path.points]
        anchor = path.label or path.points[len(path.points) // 2]
        wires.append(
            Wire(
                source,
                target,
                offset(points, apart),
                () if word else offset(points, -apart),
                (anchor[0] + MARGIN, anchor[1] + MARGIN - apart / 2),
                word,
            )
        )
    return Stage(cards, tuple(wires), placement.width + 2 * MARGIN, placement.height + 2 * MARGIN)


def _size(place: int, role: str, title: str, need: Need) -> tuple[float, float, int, int]:
    values, grads = need.rows(f"v{place}"), need.rows(f"g{place}")
    titles = [title, *need.texts.get(f"t{place}", ())]
    inner = max(
        *(width(heading(text), STAGE.title, True) for text in titles),
        need.wide(f"v{place}", STAGE.line, False),
        need.wide(f"g{place}", STAGE.line, True),
    )
    return *STAGE.box(inner, values, grads, role == "group"), values, grads


def _equal(sizes: list[tuple[float, float, int, int]], roles: Sequence[str]) -> list[tuple[float, float, int, int]]:
    """Operations equally wide, leaves equally wide, unless one is far wider than the others."""
    for tensors in (True, False):
        own = [i for i, role in enumerate(roles) if (role in TENSORS) is tensors]
        for i, wide in zip(own, STAGE.equal([sizes[i][0] for i in own]), strict=True):
            sizes[i] = (wide, *sizes[i][1:])
    return sizes
