"""Rekaman menjadi bingkai-bingkai pemutar: data biasa yang siap ditulis sebagai JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.playing.pages import Page, pages
from autograd_viz.playing.reel import Reel
from autograd_viz.playing.scene import Need, Stage, heading, stage
from autograd_viz.playing.sentences import Span
from autograd_viz.recording.events import Step
from autograd_viz.recording.recording import Recording

DETAILED = 150  # frames; a longer film tells only its first and last rounds step by step
ROUNDS = 60  # of which are shown at most
_BLOCKS = {
    "leaf": "maju", "forward": "maju", "inplace": "maju", "cut": "maju", "error": "galat", "backward": "mundur",
    "gradient": "mundur", "accumulate": "mundur", "end": "mundur", "optimizer": "optimizer", "zero_grad": "hapus",
}  # fmt: skip
_QUIET_LEAVES = 3  # with more of them, leaves appear together with their first use


class Frame(NamedTuple):
    """Satu bingkai: perubahan terhadap bingkai sebelumnya di halaman yang sama.

    Kunci `delta`: v nilai, g gradien, t judul, m tanda, c potongan pada kartu bernomor itu; e label panah mundur.
    None menghapus. Kartu tanpa kunci v belum tampil. `flow` panah yang sedang dilalui.
    """

    page: int
    phase: str
    place: tuple[int, int, int] | None
    card: int | None
    say: tuple[Span, ...]
    note: str
    delta: dict[str, str | None]
    flow: tuple[int, ...] = ()


class Movie(NamedTuple):
    """Semua bingkai, panggung, dan kartu keterangan; `stages[page_stage[p]]` panggung halaman p."""

    frames: tuple[Frame, ...]
    stages: tuple[Stage, ...]
    page_stage: tuple[int, ...]
    tips: tuple[tuple[tuple[str, ...], ...], ...]
    sources: tuple[tuple[str, int, tuple[str, ...]], ...]
    brief: bool = False


def frames(run: Recording) -> Movie:
    """Bingkai-bingkai sebuah rekaman.

    Galat: `ValueError` bila rekamannya kosong.

    >>> from autograd_viz.recording.events import Film
    >>> [frame.phase for frame in frames(Recording(Film(steps=(Step("error", detail="Galat"),)))).frames]
    ['galat']
    """
    if not run.steps:
        raise ValueError(
            "Rekaman ini kosong: di dalam blok record() tidak ada operasi pada tensor yang memerlukan gradien. "
            "Buatlah tensornya dengan requires_grad=True, lalu hitung di dalam blok itu."
        )
    parts = pages(run)
    plans = [list(_scenes(run.steps, page)) for page in parts]
    brief = sum(map(len, plans)) > DETAILED and len(parts) > 3
    shown = _shown(len(parts)) if brief else range(len(parts))
    reel = Reel(run)
    made: list[Frame] = []
    for number, page in enumerate(parts):
        short = brief and 2 <= number < len(parts) - 1
        plan = list(_blocks(run.steps, page)) if short else plans[number]
        visible = number in shown
        if visible:
            reel.open(page)
        place = len(reel.books) - 1
        for scene in plan:
            shot = reel.shoot(scene, page, visible, f"Putaran {number + 1}" if short else "")
            if shot is not None:
                made.append(Frame(place, _BLOCKS[scene[-1].kind], *shot))
    stages, page_stage, tips = _stages(reel, made)
    return Movie(
        tuple(_titled(made, reel, stages, page_stage)),
        stages,
        page_stage,
        tips,
        _sources(run, made),
        brief or any(page.collapsed for page in parts),
    )


def _shown(count: int) -> frozenset[int]:
    """The rounds that are told: all while they are few, else the first two, the last, and evenly spread others."""
    every = -(-count // ROUNDS)
    return frozenset([0, 1, count - 1, *range(0, count, every)])


def _scenes(steps: Sequence[Step], page: Page) -> Iterator[list[Step]]:
    """Which steps make a frame together: those inside one group card, and quiet ones with what follows them."""
    quiet_leaves = sum(node.role == "leaf" and not node.chip for node in page.graph.nodes) > _QUIET_LEAVES
    scene: list[Step] = []
    quiet: list[Step] = []  # join the scene that goes on, or the next one
    for number in page.steps:
        step = steps[number]
        folded = step.node is not None and step.node not in page.cards
        if folded or (step.kind == "leaf" and quiet_leaves and _group(step, page) is None):
            quiet.append(step)
            continue
        if scene and not _together(scene[-1], step, page):
            yield scene
            scene = []
        scene += [*quiet, step]
        quiet = []
    if scene or quiet:
        yield [*quiet, *scene] if scene else quiet


def _together(one: Step, other: Step, page: Page) -> bool:
    group = _group(one, page)
    return group is not None and group == _group(other, page) and _BLOCKS[one.kind] == _BLOCKS[other.kind]


def _group(step: Step, page: Page) -> int | None:
    places = page.cards.get(step.node, ()) if step.node is not None else ()
    return places[0] if places and page.graph.nodes[places[0]].role == "group" else None


def _blocks(steps: Sequence[Step], page: Page) -> Iterator[list[Step]]:
    scene: list[Step] = []
    for number in page.steps:
        step = steps[number]
        if scene and _BLOCKS[scene[-1].kind] != _BLOCKS[step.kind]:
            yield scene
            scene = []
        scene.append(step)
    if scene:
        yield scene


def _stages(
    reel: Reel, made: Sequence[Frame]
) -> tuple[tuple[Stage, ...], tuple[int, ...], tuple[tuple[tuple[str, ...], ...], ...]]:
    """Pages of one shape share a stage, large enough for the texts of all of them."""
    shapes: dict[object, int] = {}
    page_stage: list[int] = []
    first: list[int] = []
    for place, book in enumerate(reel.books):
        graph = book.page.graph
        shape = (tuple(node.role for node in graph.nodes), tuple((e.source, e.target, e.slot) for e in graph.edges))
        number = shapes.setdefault(shape, len(shapes))
        if number == len(first):
            first.append(place)
        page_stage.append(number)
    texts: list[dict[str, list[str]]] = [{} for _ in first]
    for place, book in enumerate(reel.books):
        for card, title in enumerate(book.titles):
            texts[page_stage[place]].setdefault(f"t{card}", []).append(title)
    for frame in made:
        for key, text in frame.delta.items():
            if text:
                texts[page_stage[frame.page]].setdefault(key, []).append(text)
    stages = tuple(
        stage(reel.books[place].page.graph, reel.books[place].titles, Need(texts[number]))
        for number, place in enumerate(first)
    )
    return stages, tuple(page_stage), tuple(reel.books[place].tips for place in first)


def _titled(
    made: Sequence[Frame], reel: Reel, stages: Sequence[Stage], page_stage: Sequence[int]
) -> Iterator[Frame]:
    """The first frame of a page tells the titles that differ from those of its stage."""
    for place, frame in enumerate(made):
        if place == 0 or made[place - 1].page != frame.page:
            titles = reel.books[frame.page].titles
            cards = stages[page_stage[frame.page]].cards
            own = {f"t{i}": heading(t) for i, t in enumerate(titles) if heading(t) != cards[i].title}
            frame = frame._replace(delta={**own, **frame.delta})
        yield frame


def _sources(run: Recording, made: Sequence[Frame]) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """A whole cell, or of a longer file the lines around those that ran."""
    found = []
    for number, source in enumerate(run.sources):
        lines = source.text.splitlines()
        used = [frame.place for frame in made if frame.place and frame.place[0] == number]
        first, last = source.first, source.first + len(lines) - 1
        if len(lines) > 40 and used:
            first = max(first, min(place[1] for place in used) - 2)
            last = min(last, max(place[2] for place in used) + 1)
        shown = dedent("\n".join(lines[first - source.first : last - source.first + 1]))
        found.append((source.title, first, tuple(shown.split("\n"))))
    return tuple(found)
