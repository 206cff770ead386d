"""Panggung: tempat setiap kartu, panah maju, panah mundur, dan label, sebagai data biasa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_viz.drawing.cards import TENSORS, Kind
from autograd_viz.layout.layout import layout
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.frames import (
    VALUE,
    CardState,
    EdgeState,
    Frame,
    Rows,
    contents,
    grad_word,
    label,
    label_rows,
    written,
)
from autograd_viz.playing.loop_views import View
from autograd_viz.playing.wires import UNDER, Point, apart, beside
from autograd_viz.recording.events import CutLink
from autograd_viz.text.measure import reserved, shorten, width
from autograd_viz.text.sizes import STAGE

MARGIN = 20.0
LABEL_HEIGHT, LABEL_STEP = 18.0, 18.0
LABEL_WIDE = 84.0  # a longer label takes two lines
CHIP = 14.0  # around the number of a step
_OPEN = "klik untuk membukanya"
GAP = 34.0  # between columns; the labels on the arrows need room of their own


class Card(NamedTuple):
    """Satu kartu di panggung.

    `lines` dan `grads` banyaknya baris nilai dan gradien yang perlu disediakan; `tip` yang dikatakannya bila ditunjuk;
    `word` dan `grad_word` kata di depan nilai dan gradiennya; `stack` putaran mana yang dilipatnya, kosong bila tidak.
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
    word: str = VALUE
    stack: str = ""


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


class Sheet(NamedTuple):
    """Yang digambar di satu panggung, belum ditempatkan: kartu menurut jenis, judul, dan katanya, panah, potongan."""

    kinds: tuple[Kind, ...]
    links: tuple[tuple[int, int, int], ...]
    cuts: tuple[CutLink, ...]
    words: tuple[tuple[str, str], ...]
    stacks: tuple[str, ...]
    titles: tuple[str, ...]
    tips: tuple[Rows, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """Yang sama pada lembar-lembar yang boleh berbagi panggung."""
        return self.kinds, self.links, self.cuts, self.words, self.stacks


def sheet(labels: CardLabels) -> Sheet:
    """Seluruh halaman sebagai satu lembar."""
    graph = labels.page.graph
    kinds: list[Kind] = ["operation" if node.role == "output" else node.role for node in graph.nodes]
    links = tuple((edge.source, edge.target, edge.slot) for edge in graph.edges)
    words = tuple((VALUE, grad_word(kind)) for kind in kinds)
    return Sheet(tuple(kinds), links, labels.page.cuts, words, ("",) * len(kinds), labels.titles, labels.tips)


def view_sheet(whole: Sheet, view: View) -> Sheet:
    """Satu pandangan sebagai lembar; `whole` seluruh halamannya."""
    kinds: list[Kind] = ["group" if face.stack else whole.kinds[face.card] for face in view.faces]
    words = tuple((face.word, "") if face.stack else whole.words[face.card] for face in view.faces)
    titles = tuple(face.title or whole.titles[face.card] for face in view.faces)
    tips = tuple((_OPEN,) if face.stack else whole.tips[face.card] for face in view.faces)
    links = tuple((edge.source, edge.target, edge.slot) for edge in view.links)
    shown = {face.card: place for place, face in reversed(list(enumerate(view.faces))) if not face.stack}
    cuts = tuple(
        CutLink(shown[cut.source], shown[cut.target], cut.how)
        for cut in whole.cuts
        if cut.source in shown and cut.target in shown
    )
    stacks = tuple(face.stack.side if face.stack else "" for face in view.faces)
    return Sheet(tuple(kinds), links, cuts, words, stacks, titles, tips)


def stages(
    pages: Sequence[CardLabels], frames: Iterable[Frame], views: Sequence[Sequence[View]] = ()
) -> tuple[tuple[Stage, ...], tuple[tuple[int, ...], ...]]:
    """Panggung-panggung, dan nomor panggung setiap halaman, satu untuk setiap pandangannya; yang sebentuk berbagi.

    Setiap panggung cukup luas untuk semua yang ditulis di halaman-halamannya.
    """
    states = [[set[CardState]() for _ in labels.page.graph.nodes] for labels in pages]
    written_on = [[set[EdgeState]() for _ in labels.page.graph.edges] for labels in pages]
    for frame in frames:
        for state in frame.cards:
            states[frame.page][state.card].add(state)
        for edge in frame.edges:
            written_on[frame.page][edge.edge].add(edge)
    shapes: dict[object, int] = {}
    places: list[tuple[int, ...]] = []
    first: list[Sheet] = []
    texts: list[Texts] = []
    for number, labels in enumerate(pages):
        here, whole = [], sheet(labels)
        for view in (views[number] if views else ()) or (None,):
            one = whole if view is None else view_sheet(whole, view)
            place = shapes.setdefault(one.shape, len(shapes))
            if place == len(first):
                first.append(one)
                texts.append(Texts([set() for _ in one.kinds], [set() for _ in one.kinds], [set() for _ in one.links]))
            here.append(place)
            own, cards = texts[place], range(len(one.kinds))
            edges = range(len(one.links))
            for at, card in enumerate(cards if view is None else [face.card for face in view.faces]):
                own.titles[at].add(one.titles[at])
                own.states[at] |= states[number][card]
            for at, arrow in enumerate(edges if view is None else view.edges):
                own.labels[at] |= written_on[number][arrow]
        places.append(tuple(here))
    return tuple(stage(one, found) for one, found in zip(first, texts, strict=True)), tuple(places)


def stage(one: Sheet, texts: Texts) -> Stage:
    """Menempatkan kartu dan panah sebuah lembar, cukup luas untuk semua teks di `texts`."""
    sizes = [_size(*parts) for parts in zip(one.kinds, one.words, texts.titles, texts.states, strict=True)]
    for tensors in (True, False):  # operations equally wide, leaves equally wide
        own = [i for i, kind in enumerate(one.kinds) if (kind in TENSORS) is tensors]
        for i, wide in zip(own, STAGE.equal([sizes[i].width for i in own]), strict=True):
            sizes[i] = sizes[i]._replace(width=wide)
    lines = [*one.links, *((c.source, c.target, 0) for c in one.cuts)]
    room = [*map(_label_size, texts.labels), *map(_word_size, one.cuts)]
    placement = layout([(size.width, size.height) for size in sizes], lines, "LR", room, GAP, below=UNDER)
    cards = tuple(
        size._replace(title=heading(title), x=box.x + MARGIN, y=box.y + MARGIN, tip=tip, stack=stack)
        for size, title, box, tip, stack in zip(sizes, one.titles, placement.boxes, one.tips, one.stacks, strict=True)
    )
    leaving, entering = Counter(line[0] for line in lines), Counter(line[1] for line in lines)
    wires = []
    words = [*("" for _ in one.links), *(cut.how for cut in one.cuts)]
    labels_of = [*texts.labels, *(set[EdgeState]() for _ in one.cuts)]
    for (source, target, _), word, path, known in zip(lines, words, placement.paths, labels_of, strict=True):
        begin = apart(leaving[source], cards[source].height)
        end = apart(entering[target], cards[target].height)
        points = [(x + MARGIN, y + MARGIN) for x, y in path.points]
        anchor = path.label or path.points[len(path.points) // 2]
        forward, backward = (beside(points, side, begin, end) for side in (-1.0, 1.0))
        spot = (anchor[0] + MARGIN, anchor[1] + MARGIN)
        wires.append(Wire(source, target, forward, backward if known else (), spot, word, _stacked(known)))
    return Stage(cards, tuple(wires), placement.width + 2 * MARGIN, placement.height + 2 * MARGIN)


def _size(kind: Kind, words: tuple[str, str], titles: Iterable[str], states: Iterable[CardState]) -> Card:
    """A card as large as the largest of its texts, not yet placed."""
    values = [contents(words[0], state) for state in states]
    grads = [written(words[1], state.grad) for state in states]
    inner = max(
        *(reserved(heading(text), STAGE.title, True) for text in titles),
        *(reserved(row, STAGE.line) + CHIP for rows in values for row in rows),
        *(reserved(row, STAGE.line, True) + CHIP for rows in grads for row in rows),
        0.0,
    )
    lines, below = max(map(len, values), default=0), max(map(len, grads), default=0)
    wide, tall = STAGE.box(inner, lines, below, kind == "group")
    return Card(kind, "", 0.0, 0.0, wide, tall, lines, below, grad_word=words[1], word=words[0])


def _stacked(states: Iterable[EdgeState]) -> bool:
    """Whether a label is too long for one line."""
    return any(state.local and width(label(state), STAGE.label, True) > LABEL_WIDE for state in states)


def _label_size(states: Iterable[EdgeState]) -> tuple[float, float]:
    rows = [label_rows(state, _stacked(states)) for state in states]
    room = max((reserved(row, STAGE.label, True) for one in rows for row in one), default=0.0)
    if not room:
        return 28.0, LABEL_HEIGHT
    return -(-(room + CHIP) * 2 // 1) / 2, LABEL_HEIGHT + LABEL_STEP * (max(map(len, rows)) - 1)


def _word_size(cut: CutLink) -> tuple[float, float]:
    return -(-(reserved(cut.how, STAGE.label, True) + 24) * 2 // 1) / 2, LABEL_HEIGHT
