"""Halaman seperti terlihat dengan satu putaran terbuka: kartu dan panah panggung dari kartu dan panah halaman."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.playing.frames import CardState, Shown
from autograd_viz.playing.stage_layout import Stage
from autograd_viz.playing.timeline import OpenTurn, PageView, Timeline
from autograd_viz.recording.loops import path


class Seen(NamedTuple):
    """Isi panggung: keadaan setiap tempat, kartu yang bekerja, dan panah yang dilalui."""

    shown: Shown
    card: int | None
    flow: tuple[int, ...]


def opened(timeline: Timeline, at: int) -> OpenTurn | None:
    """Putaran yang terbuka pada bingkai ke-`at`: yang terakhir berjalan di halamannya; None bila tidak ada."""
    frame = timeline.frames[at]
    views = {view.turn: view for view in timeline.pages[frame.page].views}
    for one in reversed(timeline.frames[: at + 1]):
        if one.page == frame.page and one.turn in views:
            return views[one.turn]
    return next(iter(views.values()), None)


def titles(timeline: Timeline, page: PageView, view: OpenTurn | None) -> list[str]:
    """Judul setiap kartu panggung; tumpukan bernama putaran yang bersebelahan dengan yang terbuka."""
    shown = view or page
    stage = timeline.stages[shown.stage]
    own = {one.card: one.title for one in shown.titles}
    found = [own.get(number, card.title) for number, card in enumerate(stage.cards)]
    if view is not None:
        around = path(timeline.turns, view.turn)
        for place, card in enumerate(stage.cards):
            if card.stack in ("before", "after"):
                lines = path(timeline.turns, page.turns[view.cards[place]])
                found[place] = next(timeline.turns[turn].label for turn in lines if turn not in around)
    return found


def seen(view: OpenTurn | None, stage: Stage, shown: Shown, card: int | None, flow: Sequence[int]) -> Seen:
    """Panggung `stage` yang memperlihatkan `shown` lewat `view`."""
    if view is None:
        return Seen(shown, card, tuple(flow))
    cards: dict[int, CardState] = {
        place: shown.cards[own]._replace(card=place) for place, own in enumerate(view.cards) if own in shown.cards
    }
    edges = {
        place: shown.edges[own]._replace(edge=place) for place, own in enumerate(view.edges) if own in shown.edges
    }
    places = [place for place, own in enumerate(view.cards) if own == card and not stage.cards[place].stack]
    return Seen(
        Shown(cards, edges),
        places[0] if places else None,
        tuple(place for place, own in enumerate(view.edges) if own in flow),
    )
