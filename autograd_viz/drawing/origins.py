"""Baris kode yang membuat setiap kartu, dari sebuah rekaman."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_viz.recording.events import Forward, InPlace, Leaf
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import Place
from autograd_viz.text.formatting import clean

SHOWN = 60  # letters of a statement


class Origin(NamedTuple):
    """Tempat sebuah simpul dibuat, dan pernyataannya dalam satu baris; `title` kosong bila sumbernya hanya satu."""

    place: Place
    statement: str
    title: str = ""


def origins_of(run: Recording) -> Mapping[int, Origin]:
    """Asal setiap simpul rekaman yang diketahui barisnya; daun disebut di baris yang pertama memakainya.

    >>> from autograd_viz.recording.events import RecordingData
    >>> origins_of(Recording(RecordingData()))
    {}
    """
    found: dict[int, Origin] = {}
    for step in run.steps:
        if isinstance(step, Leaf | Forward | InPlace) and step.node is not None and step.place is not None:
            title = run.sources[step.place.source].title if len(run.sources) > 1 else ""
            statement = clean(" ".join((run.line(step) or "").split()))
            found.setdefault(step.node, Origin(step.place, statement, title))
    return found


def origin_text(origins: Sequence[Origin]) -> str:
    """Asal satu kartu dalam beberapa kata; kosong bila tidak diketahui.

    >>> one, two = Origin(Place(0, 3, 3), "y = x * w"), Origin(Place(0, 5, 6), "z = y + b")
    >>> origin_text([one]), origin_text([two, one]), origin_text([])
    ('baris 3: y = x * w', 'baris 3–6', '')
    """
    different = list(dict.fromkeys(origins))
    sources = dict.fromkeys((one.place.source, one.title) for one in different)
    if not different or len(sources) > 1:
        return ", ".join(title for _, title in sources)
    first = different[0]
    where = f"{first.title} " if first.title else ""
    if len(different) > 1:
        lines = [one.place for one in different]
        return f"{where}baris {min(one.line for one in lines)}–{max(one.end for one in lines)}"
    said = first.statement if len(first.statement) <= SHOWN else f"{first.statement[: SHOWN - 1]}…"
    return f"{where}baris {first.place.line}: {said}" if said else f"{where}baris {first.place.line}"
