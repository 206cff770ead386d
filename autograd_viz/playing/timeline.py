"""Rekaman menjadi bingkai-bingkai pemutar, dalam tiga lintasan: keadaan tensor, kalimat, lalu panggung."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.narration.context import Context
from autograd_viz.narration.narrate import narrate, note
from autograd_viz.narration.several_events import narrate_group, narrate_round
from autograd_viz.playing.card_labels import CardLabels, card_labels
from autograd_viz.playing.code_listing import Row, listing
from autograd_viz.playing.event_context import context_of
from autograd_viz.playing.frames import EdgeState, Frame
from autograd_viz.playing.pages import pages
from autograd_viz.playing.scenes import Scene, plan
from autograd_viz.playing.stage_layout import Stage, heading, stages
from autograd_viz.playing.stage_state import StageState
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.recording.events import Accumulate, End, Event, Forward, Gradient
from autograd_viz.recording.recording import Recording


class CardTitle(NamedTuple):
    """Judul satu kartu di sebuah halaman."""

    card: int
    title: str


class PageView(NamedTuple):
    """Satu halaman film: nomor panggungnya, dan judul kartu yang berbeda dari judul di panggung itu."""

    stage: int
    titles: tuple[CardTitle, ...] = ()


class Listing(NamedTuple):
    """Baris-baris kode satu sumber."""

    title: str
    rows: tuple[Row, ...]


class Timeline(NamedTuple):
    """Semua bingkai, halaman, panggung, dan kode; `missing` kalimat tentang yang tidak terekam."""

    frames: tuple[Frame, ...]
    pages: tuple[PageView, ...]
    stages: tuple[Stage, ...]
    sources: tuple[Listing, ...] = ()
    brief: bool = False
    missing: str = ""


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
    found = plan(run.steps, pages(run))
    labels = [card_labels(page, run.graph.nodes) for page in found.pages]
    history = TensorHistory(run)
    contexts = [
        [context_of(one, run.steps[one], labels[scene.page], history, one in found.inside) for one in scene.events]
        for scene in found.scenes
    ]
    told = [
        _told(scene, run.steps, labels[scene.page], known, history)
        for scene, known in zip(found.scenes, contexts, strict=True)
    ]
    frames = tuple(_painted(found.scenes, run.steps, contexts, told, labels, history))
    made, places = stages(labels, frames)
    views = tuple(PageView(place, _own_titles(one, made[place])) for one, place in zip(labels, places, strict=True))
    return Timeline(frames, views, made, _sources(run, frames), found.brief, run.missing_line)


def _told(
    scene: Scene, events: Sequence[Event], labels: CardLabels, contexts: Sequence[Context], history: TensorHistory
) -> Frame:
    """The frame of a scene with its words, still without what it changes on the stage."""
    inside, event, context = [events[one] for one in scene.events], events[scene.events[-1]], contexts[-1]
    card = labels.page.card_of(event.node)
    frame = Frame(scene.page, scene.phase, event.place, card)
    if scene.round_number is not None and isinstance(event, Forward | Gradient | Accumulate | End):
        grown = len(history.grown(scene.events[-1]))
        said = narrate_round(inside, f"Putaran {scene.round_number}", labels.names, grown)
        return frame._replace(card=None, say=said)
    group = labels.page.group_of(event.node)
    if group is not None:
        own = [one for one in inside if isinstance(one, Forward | Gradient) and labels.page.card_of(one.node) == group]
        return frame._replace(say=narrate_group(inside, own, labels.titles[group]))
    return frame._replace(say=narrate(event, context), note=note(event, context.node))


def _painted(
    scenes: Sequence[Scene],
    events: Sequence[Event],
    contexts: Sequence[Sequence[Context]],
    told: Sequence[Frame],
    labels: Sequence[CardLabels],
    history: TensorHistory,
) -> list[Frame]:
    """The frames with what they change on the stage, each against the one before it on the same page."""
    frames: list[Frame] = []
    state: StageState | None = None
    for number, (scene, frame, known) in enumerate(zip(scenes, told, contexts, strict=True)):
        if state is None or scenes[number - 1].page != scene.page:
            state = StageState(labels[scene.page], history)
        cards, edges = dict(state.shown.cards), dict(state.shown.edges)
        flow: Sequence[int] = ()
        for one, context in zip(scene.events, known, strict=True):
            flow = state.apply(one, events[one], context)
        single = scene.round_number is None and labels[scene.page].page.group_of(events[scene.events[-1]].node) is None
        frames.append(
            frame._replace(
                cards=tuple(one for card, one in state.shown.cards.items() if cards.get(card) != one),
                edges=(
                    *(EdgeState(edge) for edge in edges if edge not in state.shown.edges),
                    *(one for edge, one in state.shown.edges.items() if edges.get(edge) != one),
                ),
                asks=state.asks(events[scene.events[-1]], known[-1]) if single else (),
                flow=() if scene.round_number is not None else tuple(dict.fromkeys(flow)),
            )
        )
    return frames


def _own_titles(labels: CardLabels, stage: Stage) -> tuple[CardTitle, ...]:
    titles = [heading(title) for title in labels.titles]
    return tuple(CardTitle(card, title) for card, title in enumerate(titles) if title != stage.cards[card].title)


def _sources(run: Recording, frames: Sequence[Frame]) -> tuple[Listing, ...]:
    used: list[list[tuple[int, int]]] = [[] for _ in run.sources]
    for frame in frames:
        if frame.place is not None:
            used[frame.place.source].append((frame.place.line, frame.place.end))
    return tuple(
        Listing(source.title, listing(source, spans)) for source, spans in zip(run.sources, used, strict=True)
    )
