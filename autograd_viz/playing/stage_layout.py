"""Panggung: tempat setiap kartu, panah maju, panah mundur, dan label, sebagai data biasa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_viz.drawing.cards import TENSORS, Kind
from autograd_viz.layout.layout import layout
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.frames import VALUE, CardState, EdgeState, Frame, Rows, grad_word, label, label_rows, written
from autograd_viz.playing.wires import UNDER, Point, apart, beside
from autograd_viz.recording.events import CutLink
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import STAGE

MARGIN = 20.0
LABEL_HEIGHT, LABEL_STEP = 18.0, 18.0
LABEL_WIDE = 84.0  # a longer label takes two lines
CHIP = 14.0  # around the number of a step
GAP = 34.0  # between columns; the labels on the arrows need room of their own


class Card(NamedTuple):
    """Satu kartu di panggung.

    `lines` dan `grads` banyaknya baris nilai dan gradien yang perlu disediakan; `tip` yang dikatakannya bila ditunjuk;
    `grad_word` kata di depan gradiennya.
    """

    kind: Kind
    title: str
    x: float
    y: float
    width: float
    height: float
    lines: int = 1
    grads: int = 1
    tip: Rows = ()
    grad_word: str = "grad"


class Wire(NamedTuple):
    """Satu panah: jalur maju, jalur mundur (dari kiri ke kanan, kosong bila tidak pernah ada gradien), tengah labelnya.

    `stacked` True bila labelnya dua baris. Garis potongan punya `word`, penyebabnya.
    """

    source: int
    target: int
    forward: tuple[Point, ...]
    backward: tuple[Point, ...]
    label: Point
    word: str = ""
    stacked: bool = False


class Stage(NamedTuple):
    """Panggung satu atau beberapa halaman beserta ukurannya dalam piksel."""

    cards: tuple[Card, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float


class Texts(NamedTuple):
    """Semua yang akan ditulis di satu panggung: judul, isi setiap kartu, dan label setiap panah."""

    titles: list[set[str]]
    states: list[set[CardState]]
    labels: list[set[EdgeState]]


def heading(title: str) -> str:
    """Judul yang muat di kartu."""
    return shorten(title, STAGE.title_limit, STAGE.title, True)


def stages(pages: Sequence[CardLabels], frames: Iterable[Frame]) -> tuple[tuple[Stage, ...], tuple[int, ...]]:
    """Panggung-panggung, dan nomor panggung setiap halaman; halaman yang sebentuk berbagi panggung.

    Setiap panggung cukup luas untuk semua yang ditulis di halaman-halamannya.
    """
    shapes: dict[object, int] = {}
    places: list[int] = []
    first: list[CardLabels] = []
    texts: list[Texts] = []
    for labels in pages:
        graph = labels.page.graph
        shape = (
            tuple(node.role for node in graph.nodes),
            tuple((edge.source, edge.target, edge.slot) for edge in graph.edges),
            labels.page.cuts,
        )
        place = shapes.setdefault(shape, len(shapes))
        if place == len(first):
            first.append(labels)
            cards, edges = range(len(graph.nodes)), range(len(graph.edges))
            texts.append(Texts([set() for _ in cards], [set() for _ in cards], [set() for _ in edges]))
        places.append(place)
        for known, title in zip(texts[place].titles, labels.titles, strict=True):
            known.add(title)
    for frame in frames:
        here = texts[places[frame.page]]
        for state in frame.cards:
            here.states[state.card].add(state)
        for edge in frame.edges:
            here.labels[edge.edge].add(edge)
    return tuple(stage(labels, found) for labels, found in zip(first, texts, strict=True)), tuple(places)


def stage(labels: CardLabels, texts: Texts) -> Stage:
    """Menempatkan kartu dan panah sebuah halaman, cukup luas untuk semua teks di `texts`."""
    graph, cuts = labels.page.graph, labels.page.cuts
    kinds: list[Kind] = ["operation" if node.role == "output" else node.role for node in graph.nodes]
    sizes = [_size(*one) for one in zip(kinds, texts.titles, texts.states, strict=True)]
    for tensors in (True, False):  # operations equally wide, leaves equally wide
        own = [i for i, kind in enumerate(kinds) if (kind in TENSORS) is tensors]
        for i, wide in zip(own, STAGE.equal([sizes[i].width for i in own]), strict=True):
            sizes[i] = sizes[i]._replace(width=wide)
    lines = [*((e.source, e.target, e.slot) for e in graph.edges), *((c.source, c.target, 0) for c in cuts)]
    room = [*map(_label_size, texts.labels), *map(_word_size, cuts)]
    placement = layout([(size.width, size.height) for size in sizes], lines, "LR", room, GAP, below=UNDER)
    cards = tuple(
        size._replace(title=heading(title), x=box.x + MARGIN, y=box.y + MARGIN, tip=tip)
        for size, title, box, tip in zip(sizes, labels.titles, placement.boxes, labels.tips, strict=True)
    )
    leaving, entering = Counter(line[0] for line in lines), Counter(line[1] for line in lines)
    wires = []
    words = [*("" for _ in graph.edges), *(cut.how for cut in cuts)]
    labels_of = [*texts.labels, *(set[EdgeState]() for _ in cuts)]
    for (source, target, _), word, path, known in zip(lines, words, placement.paths, labels_of, strict=True):
        begin = apart(leaving[source], cards[source].height)
        end = apart(entering[target], cards[target].height)
        points = [(x + MARGIN, y + MARGIN) for x, y in path.points]
        anchor = path.label or path.points[len(path.points) // 2]
        forward, backward = (beside(points, side, begin, end) for side in (-1.0, 1.0))
        spot = (anchor[0] + MARGIN, anchor[1] + MARGIN)
        wires.append(Wire(source, target, forward, backward if known else (), spot, word, _stacked(known)))
    return Stage(cards, tuple(wires), placement.width + 2 * MARGIN, placement.height + 2 * MARGIN)


def _size(kind: Kind, titles: Iterable[str], states: Iterable[CardState]) -> Card:
    """A card as large as the largest of its texts, not yet placed."""
    word = grad_word(kind)
    values = [written(VALUE, state.value) for state in states]
    grads = [written(word, state.grad) for state in states]
    inner = max(
        *(width(heading(text), STAGE.title, True) for text in titles),
        *(width(row, STAGE.line) + CHIP for rows in values for row in rows),
        *(width(row, STAGE.line, True) + CHIP for rows in grads for row in rows),
        0.0,
    )
    lines, below = max(map(len, values), default=0), max(map(len, grads), default=0)
    wide, tall = STAGE.box(inner, lines, below, kind == "group")
    return Card(kind, "", 0.0, 0.0, wide, tall, lines, below, grad_word=word)


def _stacked(states: Iterable[EdgeState]) -> bool:
    """Whether a label is too long for one line."""
    return any(state.local and width(label(state), STAGE.label, True) > LABEL_WIDE for state in states)


def _label_size(states: Iterable[EdgeState]) -> tuple[float, float]:
    rows = [label_rows(state, _stacked(states)) for state in states]
    room = max((width(row, STAGE.label, True) for one in rows for row in one), default=0.0)
    if not room:
        return 28.0, LABEL_HEIGHT
    return -(-(room + CHIP) * 2 // 1) / 2, LABEL_HEIGHT + LABEL_STEP * (max(map(len, rows)) - 1)


def _word_size(cut: CutLink) -> tuple[float, float]:
    return -(-(width(cut.how, STAGE.label, True) + 24) * 2 // 1) / 2, LABEL_HEIGHT
