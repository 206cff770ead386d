"""Yang dibawa film ke skrip pemutar: data bernama dan bernomor versi, sebagai JSON yang aman di dalam halaman."""

from __future__ import annotations

from typing import NamedTuple

from autograd_viz import codec
from autograd_viz.playing.frames import VALUE, Ask, CardState, EdgeState, ParameterRow, Phase, Rows, TurnState
from autograd_viz.playing.stage_layout import Stage
from autograd_viz.playing.timeline import Listing, PageView, RunView, Timeline, TurnView
from autograd_viz.recording.source import Place
from autograd_viz.text.rich_text import Span

VERSION = 7  # goes up with every change of a name or of a meaning; player.js refuses another one


class FrameData(NamedTuple):
    """Satu `Frame`; kalimat tambahannya dengan nomor di `Payload.notes`."""

    page: int
    phase: Phase
    place: Place | None = None
    card: int | None = None
    say: tuple[Span, ...] = ()
    note: int | None = None
    path: tuple[Span, ...] = ()
    cards: tuple[CardState, ...] = ()
    edges: tuple[EdgeState, ...] = ()
    flow: tuple[int, ...] = ()
    turn: int | None = None
    turns: tuple[TurnState, ...] = ()
    asks: tuple[Ask, ...] = ()
    rows: tuple[ParameterRow, ...] = ()


class CardBox(NamedTuple):
    """Tempat satu kartu di panggung, dan yang dikatakannya bila ditunjuk."""

    x: float
    y: float
    width: float
    height: float
    tip: Rows = ()
    grad_word: str = "grad"
    word: str = VALUE
    stack: str = ""


class EdgeEnds(NamedTuple):
    """Kartu-kartu di kedua ujung sebuah panah maju; `stacked` True bila labelnya dua baris."""

    source: int
    target: int
    stacked: bool = False


class StageData(NamedTuple):
    """Satu panggung: ukurannya, kartunya, dan panahnya; gambarnya sendiri ada di halaman sebagai SVG."""

    width: float
    height: float
    cards: tuple[CardBox, ...] = ()
    edges: tuple[EdgeEnds, ...] = ()


class Payload(NamedTuple):
    """Seluruh film; `guess` bernilai `True` bila ia mulai dalam mode tebak.

    Isian yang sama dengan nilai bakunya tidak ditulis di dalam JSON.
    """

    version: int
    frames: tuple[FrameData, ...]
    pages: tuple[PageView, ...]
    stages: tuple[StageData, ...]
    sources: tuple[Listing, ...] = ()
    notes: tuple[str, ...] = ()
    brief: bool = False
    missing: str = ""
    guess: bool = False
    turns: tuple[TurnView, ...] = ()
    runs: tuple[RunView, ...] = ()


def payload(timeline: Timeline, guess: bool = False) -> Payload:
    """Film `timeline` untuk skrip pemutar; `guess` bernilai `True` bila ia mulai dalam mode tebak."""
    notes = list(dict.fromkeys(frame.note for frame in timeline.frames if frame.note))
    numbers = {text: place for place, text in enumerate(notes)}
    frames = [FrameData(**{**frame._asdict(), "note": numbers.get(frame.note)}) for frame in timeline.frames]
    return Payload(
        VERSION,
        tuple(frames),
        timeline.pages,
        tuple(map(_stage, timeline.stages)),
        timeline.sources,
        tuple(notes),
        timeline.brief,
        timeline.missing,
        guess,
        timeline.turns,
        timeline.runs,
    )


def _stage(stage: Stage) -> StageData:
    return StageData(
        stage.width,
        stage.height,
        tuple(
            CardBox(card.x, card.y, card.width, card.height, card.tip, card.grad_word, card.word, card.stack)
            for card in stage.cards
        ),
        tuple(EdgeEnds(wire.source, wire.target, wire.stacked) for wire in stage.wires),
    )


def to_json(film: Payload) -> str:
    """Film sebagai satu baris JSON yang boleh berdiri di dalam `<script>`.

    >>> to_json(Payload(VERSION, (), (), (), missing="</script>"))
    '{"version":7,"frames":[],"pages":[],"stages":[],"missing":"<\\\\/script>"}'
    """
    return codec.write(film).replace("</", "<\\/").replace("<!--", "<\\u0021--")


def from_json(text: str) -> Payload:
    """Film dari JSON buatan `to_json`.

    Galat: ValueError bila teks itu bukan JSON film.
    """
    film: Payload = codec.read(Payload, text)
    return film
