"""Kalimat untuk banyak langkah sekaligus: satu putaran yang diringkas, atau satu kartu gabungan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_viz.narration.context import Name
from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import Event, Forward, Gradient, InPlace, Leaf, value_of
from autograd_viz.text.rich_text import Span
from autograd_viz.text.value_text import in_sentence


def narrate_round(steps: Sequence[Event], title: str, names: Mapping[int, Name], grown: int) -> tuple[Span, ...]:
    """Kalimat bagian maju atau mundur satu putaran; `grown` banyaknya daun yang gradiennya bertambah.

    >>> "".join(span.text for span in narrate_round([Gradient(0, 0)], "Putaran 3", {}, 2))
    'Putaran 3, mundur: 1 simpul; gradien 2 daun bertambah.'
    """
    step = steps[-1]
    if isinstance(step, Forward):
        count = sum(isinstance(one, Forward) for one in steps)
        name = names[step.node].text if step.node in names else "hasil"
        return (
            Span(title, "strong"), Span(f", maju: {count} operasi; "), Span(name, "code"), Span(" = "),
            Span(in_sentence(value_of(step)), "strong"), Span("."),
        )  # fmt: skip
    count = sum(isinstance(one, Gradient) for one in steps)
    return Span(title, "strong"), Span(f", mundur: {count} simpul; gradien {grown} daun bertambah.{_again(steps)}")


def narrate_turn(steps: Sequence[Event], title: str, names: Mapping[int, Name]) -> tuple[Span, ...]:
    """Kalimat bagian maju atau mundur satu putaran perulangan di dalam sebuah halaman.

    >>> "".join(span.text for span in narrate_turn([Gradient(0, 0), Gradient(1, 0)], "t = 3", {}))
    't = 3, mundur: gradien kosong mengalir lewat 2 simpul.'
    """
    made = [one for one in steps if isinstance(one, Forward)]
    if made and not any(isinstance(one, Gradient) for one in steps):
        return narrate_round(made, title, names, 0)
    crossed = [one for one in steps if isinstance(one, Gradient)]
    came = value_of(crossed[0]) if crossed else None
    return (
        Span(title, "strong"), Span(", mundur: gradien "), Span(in_sentence(came), "strong"),
        Span(f" mengalir lewat {len(crossed)} simpul.{_again(steps)}"),
    )  # fmt: skip


def _again(steps: Sequence[Event]) -> str:
    """What checkpoints computed again meanwhile."""
    count = sum(len(one.nodes) + one.others for one in steps if isinstance(one, Recompute))
    return f" Di tengahnya {count} simpul dihitung ulang." if count else ""


def narrate_group(steps: Sequence[Event], inside: Sequence[Event], name: str) -> tuple[Span, ...]:
    """Kalimat satu kartu gabungan bernama `name`; `inside` langkah-langkah pada simpul di dalamnya."""
    step = steps[-1]
    if isinstance(step, Leaf | Forward | InPlace):
        return (
            Span(name, "code"), Span(f": {len(inside)} operasi dihitung; hasilnya "),
            Span(in_sentence(value_of(step)), "strong"), Span("."),
        )  # fmt: skip
    begin = next((one for one in inside if isinstance(one, Gradient) and one.values), step)
    return (
        Span("Gradien "), Span(in_sentence(value_of(begin)), "strong"),
        Span(f" mengalir mundur lewat {len(inside)} simpul di "), Span(name, "code"), Span("."),
    )  # fmt: skip
