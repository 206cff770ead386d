"""Kalimat untuk banyak langkah sekaligus: satu putaran yang diringkas, atau satu kartu gabungan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_viz.narration.gradient import first
from autograd_viz.recording.events import Step
from autograd_viz.text.rich_text import Span
from autograd_viz.text.value_text import in_sentence


def narrate_round(steps: Sequence[Step], title: str, names: Mapping[int, str], grown: int) -> tuple[Span, ...]:
    """Kalimat bagian maju atau mundur satu putaran; `grown` banyaknya daun yang gradiennya bertambah.

    >>> "".join(span.text for span in narrate_round([Step("gradient")], "Putaran 3", {}, 2))
    'Putaran 3, mundur: 1 simpul; gradien 2 daun bertambah.'
    """
    step = steps[-1]
    if step.kind == "forward":
        count = sum(one.kind == "forward" for one in steps)
        name = names.get(step.node or 0, "hasil")
        return (
            Span(title, "b"), Span(f", maju: {count} operasi; "), Span(name, "c"), Span(" = "),
            Span(in_sentence(first(step)), "b"), Span("."),
        )  # fmt: skip
    count = sum(one.kind == "gradient" for one in steps)
    return Span(title, "b"), Span(f", mundur: {count} simpul; gradien {grown} daun bertambah.")


def narrate_group(steps: Sequence[Step], inside: Sequence[Step], name: str) -> tuple[Span, ...]:
    """Kalimat satu kartu gabungan bernama `name`; `inside` langkah-langkah pada simpul di dalamnya."""
    step = steps[-1]
    if step.kind in ("leaf", "forward", "inplace"):
        return (
            Span(name, "c"), Span(f": {len(inside)} operasi dihitung; hasilnya "),
            Span(in_sentence(first(step)), "b"), Span("."),
        )  # fmt: skip
    begin = next((one for one in inside if one.values), step)
    return (
        Span("Gradien "), Span(in_sentence(first(begin)), "b"),
        Span(f" mengalir mundur lewat {len(inside)} simpul di "), Span(name, "c"), Span("."),
    )  # fmt: skip
