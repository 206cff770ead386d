"""Rekaman menjadi bingkai-bingkai pemutar, dalam tiga lintasan: keadaan tensor, kalimat, lalu panggung."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.collecting import paused
from autograd_viz.narration.context import Context
from autograd_viz.narration.narrate import narrate, note
from autograd_viz.narration.several_events import narrate_group, narrate_round, narrate_turn
from autograd_viz.playing.card_labels import CardLabels, card_labels
from autograd_viz.playing.code_listing import Row, listing
from autograd_viz.playing.event_context import card_at_work, context_of
from autograd_viz.playing.film_turns import FilmTurns, film_turns
from autograd_viz.playing.frames import EdgeState, Frame, TurnState
from autograd_viz.playing.loop_views import View, views, with_turns
from autograd_viz.playing.optimizer_rows import rows
from autograd_viz.playing.pages import pages
from autograd_viz.playing.path_notes import path_notes
from autograd_viz.playing.quotient_events import with_quotients
from autograd_viz.playing.scenes import Scene, choose, plan
from autograd_viz.playing.stage_layout import Stage, heading, stages
from autograd_viz.playing.stage_state import StageState
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.playing.turn_strip import TurnStrip
from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import Accumulate, End, Event, Forward, Gradient, OptimizerStep
from autograd_viz.recording.loops import UNCOUNTED, is_counted
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import Place
from autograd_viz.text.turn_names import through


class CardTitle(NamedTuple):
    """Judul satu kartu di sebuah halaman."""

    card: int
    title: str


class OpenTurn(NamedTuple):
    """Halaman dengan satu putaran terbuka: panggungnya, serta kartu dan panah halaman di setiap tempatnya."""

    turn: int
    stage: int
    cards: tuple[int, ...]
    edges: tuple[int, ...]
    titles: tuple[CardTitle, ...] = ()


class PageView(NamedTuple):
    """Satu halaman film: nomor panggungnya, dan judul kartu yang berbeda dari judul di panggung itu.

    Halaman yang dilihat putaran demi putaran punya beberapa pandangan `views`; `turns` putaran setiap kartunya, −1 di
    luar perulangan.
    """

    stage: int
    titles: tuple[CardTitle, ...] = ()
    views: tuple[OpenTurn, ...] = ()
    turns: tuple[int, ...] = ()


class TurnView(NamedTuple):
    """Satu putaran film: sebutannya, pelaksanaan perulangannya (di `Timeline.runs`), dan putaran di sekelilingnya."""

    label: str
    run: int
    outer: int | None = None


class RunView(NamedTuple):
    """Satu pelaksanaan perulangan: tempatnya dalam kode, sebutan nilai putarannya, dan daun yang menerima sumbangan.

    `note` kalimat tentang putaran yang tidak terhitung, kosong bila nomor putarannya dibaca dari kode itu sendiri.
    """

    place: Place | None = None
    name: str = ""
    leaf: str = ""
    note: str = ""


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
    turns: tuple[TurnView, ...] = ()
    runs: tuple[RunView, ...] = ()


@paused()
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
    run = with_quotients(run)
    all_pages = pages(run)
    choice = choose(run.steps, all_pages)
    turns = film_turns(run, [page.steps for page in all_pages], choice.shown, choice.told)
    all_pages = tuple(with_turns(page, turns, run.data.cuts) for page in all_pages)
    found = plan(run.steps, all_pages, choice, turns)
    labels = [card_labels(page, run.graph.nodes) for page in found.pages]
    history = TensorHistory(run)
    contexts = [
        [context_of(one, run.steps[one], labels[scene.page], history, one in found.inside) for one in scene.events]
        for scene in found.scenes
    ]
    paths = path_notes(run.steps, {
        number: context for scene, known in zip(found.scenes, contexts, strict=True)
        for number, context in zip(scene.events, known, strict=True)
    })  # fmt: skip
    told = [
        _told(scene, run.steps, labels[scene.page], known, history, turns)._replace(
            path=paths.get(scene.events[-1], ())
        )
        for scene, known in zip(found.scenes, contexts, strict=True)
    ]
    strip = TurnStrip(run.steps, turns, history)
    frames = tuple(_painted(found.scenes, run.steps, contexts, told, labels, history, strip))
    opened = [views(one, turns) for one in labels]
    made, places = stages(labels, frames, opened)
    page_views = tuple(_page_view(*parts, made) for parts in zip(labels, opened, places, strict=True))
    return Timeline(
        frames, page_views, made, _sources(run, frames), found.brief, run.missing_line, *_turns(run, turns, strip)
    )


def _turns(run: Recording, turns: FilmTurns, strip: TurnStrip) -> tuple[tuple[TurnView, ...], tuple[RunView, ...]]:
    """The turns of the film and the runs of loops that they belong to."""
    numbers: dict[int, int] = {}
    runs: list[RunView] = []
    for place, turn in enumerate(turns.turns):
        if numbers.setdefault(turn.run, len(runs)) == len(runs):
            loop = run.data.loops[turn.loop]
            own = [one for one in run.data.turns if one.run == turn.run]
            note = UNCOUNTED if any(is_counted(loop, one) for one in own) else ""
            runs.append(RunView(loop.place, *strip.names[place], note))
    return tuple(TurnView(turn.label, numbers[turn.run], turn.outer) for turn in turns.turns), tuple(runs)


def _told(
    scene: Scene,
    events: Sequence[Event],
    labels: CardLabels,
    contexts: Sequence[Context],
    history: TensorHistory,
    turns: FilmTurns,
) -> Frame:
    """The frame of a scene with its words, still without what it changes on the stage."""
    inside, event, context = [events[one] for one in scene.events], events[scene.events[-1]], contexts[-1]
    card = card_at_work(event, labels.page, history)
    turn = turns.events[scene.events[-1]]
    frame = Frame(scene.page, scene.phase, event.place, card, turn=turn)
    if scene.round_number is not None and isinstance(event, Forward | Gradient | Accumulate | End):
        grown = len(history.grown(scene.events[-1]))
        title = f"Putaran {scene.round_number}" if turn is None else turns.turns[turn].label
        said = narrate_round(inside, title, labels.names, grown)
        return frame._replace(card=None, say=said)
    if scene.turns is not None:
        title = through(*(turns.turns[one].label for one in scene.turns))
        return frame._replace(say=narrate_turn(inside, title, labels.names))
    group = labels.page.group_of(event.node)
    if group is not None and not isinstance(event, Recompute):
        own = [one for one in inside if isinstance(one, Forward | Gradient) and labels.page.card_of(one.node) == group]
        return frame._replace(say=narrate_group(inside, own, labels.titles[group]))
    moved = rows(event) if isinstance(event, OptimizerStep) else ()
    return frame._replace(say=narrate(event, context), note=note(event, context.node), rows=moved)


def _painted(
    scenes: Sequence[Scene],
    events: Sequence[Event],
    contexts: Sequence[Sequence[Context]],
    told: Sequence[Frame],
    labels: Sequence[CardLabels],
    history: TensorHistory,
    strip: TurnStrip,
) -> list[Frame]:
    """The frames with what they change on the stage, each against the one before it on the same page."""
    frames: list[Frame] = []
    state: StageState | None = None
    for number, (scene, frame, known) in enumerate(zip(scenes, told, contexts, strict=True)):
        if state is None or scenes[number - 1].page != scene.page:
            state = StageState(labels[scene.page], history)
        cards, edges = dict(state.shown.cards), dict(state.shown.edges)
        flow: Sequence[int] = ()
        changed: dict[int, TurnState] = {}
        for one, context in zip(scene.events, known, strict=True):
            flow = state.apply(one, events[one], context)
            changed.update({turn.turn: turn for turn in strip.apply(one, events[one])})
        event = events[scene.events[-1]]
        whole = scene.round_number is not None or scene.turns is not None
        single = not whole and labels[scene.page].page.group_of(event.node) is None
        frames.append(
            frame._replace(
                cards=tuple(one for card, one in state.shown.cards.items() if cards.get(card) != one),
                edges=(
                    *(EdgeState(edge) for edge in edges if edge not in state.shown.edges),
                    *(one for edge, one in state.shown.edges.items() if edges.get(edge) != one),
                ),
                asks=state.asks(event, known[-1]) if single else (),
                flow=() if scene.round_number is not None else tuple(dict.fromkeys(flow)),
                turns=tuple(changed.values()),
                note=frame.note or (strip.sum_of(event) if isinstance(event, Accumulate) else ""),
            )
        )
    return frames


def _page_view(labels: CardLabels, opened: Sequence[View], places: Sequence[int], made: Sequence[Stage]) -> PageView:
    if not opened:
        return PageView(places[0], _own_titles(labels.titles, made[places[0]]))
    found = []
    for view, place in zip(opened, places, strict=True):
        titles = [face.title or labels.titles[face.card] for face in view.faces]
        own = [one for one in _own_titles(titles, made[place]) if view.faces[one.card].near is None]
        found.append(OpenTurn(view.turn, place, tuple(face.card for face in view.faces), view.edges, tuple(own)))
    return PageView(places[0], (), tuple(found), tuple(-1 if turn is None else turn for turn in labels.page.turns))


def _own_titles(titles: Sequence[str], stage: Stage) -> tuple[CardTitle, ...]:
    shown = [heading(title) for title in titles]
    return tuple(CardTitle(card, title) for card, title in enumerate(shown) if title != stage.cards[card].title)


def _sources(run: Recording, frames: Sequence[Frame]) -> tuple[Listing, ...]:
    used: list[list[tuple[int, int]]] = [[] for _ in run.sources]
    for frame in frames:
        if frame.place is not None:
            used[frame.place.source].append((frame.place.line, frame.place.end))
    return tuple(
        Listing(source.title, listing(source, spans)) for source, spans in zip(run.sources, used, strict=True)
    )
