"""Rekaman menjadi bingkai-bingkai pemutar: data biasa yang siap ditulis sebagai JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_viz.playing.code_listing import Row, listing
from autograd_viz.playing.frame_builder import FrameBuilder
from autograd_viz.playing.pages import Page, pages
from autograd_viz.playing.stage_layout import Need, Stage, heading, stage
from autograd_viz.recording.events import Backward, Cut, End, Event, Forward, InPlace, Leaf
from autograd_viz.recording.recording import Recording
from autograd_viz.text.rich_text import Span

DETAILED = 150  # frames; a longer film tells only its first and last rounds step by step
ROUNDS = 60  # of which are shown at most
_BLOCKS = {
    "leaf": "maju", "forward": "maju", "inplace": "maju", "cut": "maju", "unseen": "maju", "error": "galat",
    "backward": "mundur", "gradient": "mundur", "accumulate": "mundur", "end": "mundur",
    "optimizer": "optimizer", "zero_grad": "hapus",
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


class Timeline(NamedTuple):
    """Semua bingkai, panggung, dan kartu keterangan; `stages[page_stage[p]]` panggung halaman p."""

    frames: tuple[Frame, ...]
    stages: tuple[Stage, ...]
    page_stage: tuple[int, ...]
    tips: tuple[tuple[tuple[str, ...], ...], ...]
    sources: tuple[tuple[str, tuple[Row, ...]], ...]
    brief: bool = False


def timeline(run: Recording) -> Timeline:
    """Bingkai-bingkai sebuah rekaman.

    Galat: `ValueError` bila rekamannya kosong.

    >>> from autograd_viz.recording.events import Error, RecordingData
    >>> [frame.phase for frame in timeline(Recording(RecordingData(steps=(Error("Galat"),)))).frames]
    ['galat']
    """
    if not run.steps:
        raise ValueError(
            "Rekaman ini kosong: di dalam blok record() tidak ada operasi pada tensor yang memerlukan gradien. "
            "Buatlah tensornya dengan requires_grad=True, lalu hitung di dalam blok itu."
        )
    parts = pages(run)
    inside = _inside(run.steps)
    phases = ["mundur" if i in inside else _BLOCKS[step.kind] for i, step in enumerate(run.steps)]
    plans = [list(_scenes(run.steps, phases, page)) for page in parts]
    brief = sum(map(len, plans)) > DETAILED and len(parts) > 3
    shown = _shown(len(parts)) if brief else range(len(parts))
    builder = FrameBuilder(run, inside)
    made: list[Frame] = []
    for number, page in enumerate(parts):
        short = brief and 2 <= number < len(parts) - 1
        plan = list(_blocks(phases, page)) if short else plans[number]
        visible = number in shown
        if visible:
            builder.open(page)
        place = len(builder.labels) - 1
        for scene in plan:
            shot = builder.build(scene, page, visible, f"Putaran {number + 1}" if short else "")
            if shot is not None:
                made.append(Frame(place, phases[scene[-1]], *shot))
    stages, page_stage, tips = _stages(builder, made)
    return Timeline(
        tuple(_titled(made, builder, stages, page_stage)),
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


def _inside(steps: Sequence[Event]) -> frozenset[int]:
    """Operations that were computed while a backward ran, as create_graph=True does it."""
    ends = {step.round: number for number, step in enumerate(steps) if isinstance(step, End)}
    return frozenset(
        one
        for number, step in enumerate(steps)
        if isinstance(step, Backward)
        for one in range(number, ends.get(step.round, number))
        if isinstance(steps[one], Leaf | Forward | InPlace | Cut)
    )


def _scenes(steps: Sequence[Event], phases: Sequence[str], page: Page) -> Iterator[list[int]]:
    """Which steps make a frame together: those inside one group card, and quiet ones with what follows them."""
    quiet_leaves = sum(node.role == "leaf" and not node.chip for node in page.graph.nodes) > _QUIET_LEAVES
    scene: list[int] = []
    quiet: list[int] = []  # join the scene that goes on, or the next one
    for number in page.steps:
        step = steps[number]
        folded = step.node is not None and step.node not in page.cards
        if folded or (isinstance(step, Leaf) and quiet_leaves and _group(step, page) is None):
            quiet.append(number)
            continue
        if scene and not (_same_group(steps[scene[-1]], step, page) and phases[scene[-1]] == phases[number]):
            yield scene
            scene = []
        scene += [*quiet, number]
        quiet = []
    if scene or quiet:
        yield [*quiet, *scene] if scene else quiet


def _same_group(one: Event, other: Event, page: Page) -> bool:
    group = _group(one, page)
    return group is not None and group == _group(other, page)


def _group(step: Event, page: Page) -> int | None:
    places = page.cards.get(step.node, ()) if step.node is not None else ()
    return places[0] if places and page.graph.nodes[places[0]].role == "group" else None


def _blocks(phases: Sequence[str], page: Page) -> Iterator[list[int]]:
    scene: list[int] = []
    for number in page.steps:
        if scene and phases[scene[-1]] != phases[number]:
            yield scene
            scene = []
        scene.append(number)
    if scene:
        yield scene


def _stages(
    builder: FrameBuilder, made: Sequence[Frame]
) -> tuple[tuple[Stage, ...], tuple[int, ...], tuple[tuple[tuple[str, ...], ...], ...]]:
    """Pages of one shape share a stage, large enough for the texts of all of them."""
    shapes: dict[object, int] = {}
    page_stage: list[int] = []
    first: list[int] = []
    for place, labels in enumerate(builder.labels):
        graph = labels.page.graph
        shape = (
            tuple(node.role for node in graph.nodes),
            tuple((edge.source, edge.target, edge.slot) for edge in graph.edges),
            labels.page.cuts,
        )
        number = shapes.setdefault(shape, len(shapes))
        if number == len(first):
            first.append(place)
        page_stage.append(number)
    texts: list[dict[str, list[str]]] = [{} for _ in first]
    for place, labels in enumerate(builder.labels):
        for card, title in enumerate(labels.titles):
            texts[page_stage[place]].setdefault(f"t{card}", []).append(title)
    for frame in made:
        for key, text in frame.delta.items():
            if text:
                texts[page_stage[frame.page]].setdefault(key, []).append(text)
    stages = tuple(
        stage(labels.page.graph, labels.titles, Need(texts[number]), labels.page.cuts)
        for number, labels in enumerate(builder.labels[place] for place in first)
    )
    return stages, tuple(page_stage), tuple(builder.labels[place].tips for place in first)


def _titled(
    made: Sequence[Frame], builder: FrameBuilder, stages: Sequence[Stage], page_stage: Sequence[int]
) -> Iterator[Frame]:
    """The first frame of a page tells the titles that differ from those of its stage."""
    for place, frame in enumerate(made):
        if place == 0 or made[place - 1].page != frame.page:
            titles = builder.labels[frame.page].titles
            cards = stages[page_stage[frame.page]].cards
            own = {f"t{i}": heading(t) for i, t in enumerate(titles) if heading(t) != cards[i].title}
            frame = frame._replace(delta={**own, **frame.delta})
        yield frame


def _sources(run: Recording, made: Sequence[Frame]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    used: list[list[tuple[int, int]]] = [[] for _ in run.sources]
    for frame in made:
        if frame.place is not None:
            source, first, last = frame.place
            used[source].append((first, last))
    return tuple(
        (source.title, listing(source, spans)) for source, spans in zip(run.sources, used, strict=True)
    )
