"""Kartu dokter: diagnosis sebagai teks untuk terminal, dan sebagai HTML untuk notebook."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from html import escape
from string import Template
from typing import Any

from autograd_viz.assets import read
from autograd_viz.doctor.diagnose import Diagnosis, Spot, ToldCause
from autograd_viz.text.formatting import clean

WIDTH = 88  # letters in a line of the text
PICTURE_LINES = 24  # of the drawn tree in the text; more is in draw()
RULE = "─" * WIDTH


class Card:
    """Penjelasan satu galat autograd; tampil sendiri di notebook, dan sebagai teks di tempat lain.

    >>> import torch
    >>> from autograd_viz import explain
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> try:
    ...     (x * 2).backward()
    ... except RuntimeError as galat:
    ...     kartu = explain(galat)
    >>> print(kartu.title)
    backward() pada tensor yang bukan satu bilangan
    """

    def __init__(self, diagnosis: Diagnosis | None, note: str = "") -> None:
        self.diagnosis = diagnosis
        self._note = note

    @property
    def title(self) -> str:
        """Judul galatnya; kosong bila galat itu tidak dikenal."""
        return self.diagnosis.entry.title if self.diagnosis is not None else ""

    @property
    def text(self) -> str:
        """Seluruh kartu sebagai teks."""
        if self.diagnosis is None:
            return self._note
        return "\n".join(_lines(self.diagnosis))

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = f"<p>{escape(self._note)}</p>" if self.diagnosis is None else _html(self.diagnosis)
        return {"text/html": html, "text/plain": self.text}


def _lines(found: Diagnosis) -> Iterator[str]:
    yield RULE
    yield f"Dokter autograd · {found.entry.title.replace('`', '')}"
    yield RULE
    yield from _wrapped(f"Yang terjadi: {found.entry.happened}")
    if found.spots:
        yield "Di mana:"
        widest = max(len(spot.where) for spot in found.spots)
        yield from (f"  {spot.where:{widest}}  {clean(spot.text)}   ← {spot.role}" for spot in found.spots)
    first, others = _first(found.causes), _others(found.causes)
    for cause in first:
        yield from _wrapped(f"{_cause_word(cause)}: {clean(cause.say)}")
        yield from _wrapped(f"Bukti: {clean(cause.evidence)}") if cause.evidence else ()
        yield from (_remedy(cause), *(f"    {line}" for line in cause.mend.splitlines())) if cause.mend else ()
        yield from _wrapped(f"Yang menentukan: {clean(cause.question)}") if cause.question else ()
    if others:
        proof = any(cause.evidence for cause in first)
        yield "Sebab lain yang mungkin:" if proof else "Sebab yang mungkin, dari yang paling sering:"
        for cause in others:
            yield from _wrapped(f"- {clean(cause.say)}", "  ")
            if not proof:
                yield from (f"      {line}" for line in cause.mend.splitlines())
    if found.unread:
        yield from _wrapped(_unread(found.unread))
    yield f"Pelajaran: {found.entry.lesson}"
    if found.drawing is not None:
        yield from _picture(found.drawing.text)
    yield RULE


def _first(causes: tuple[ToldCause, ...]) -> list[ToldCause]:
    """What this program gives evidence of; where there is none, the most frequent cause."""
    return [cause for cause in causes if cause.evidence][:2] or list(causes[:1])


def _others(causes: tuple[ToldCause, ...]) -> list[ToldCause]:
    """What else it may be; nothing where the program proves the cause."""
    first = _first(causes)
    return [] if first and first[0].proven else [cause for cause in causes if cause not in first][:3]


def _cause_word(cause: ToldCause) -> str:
    """What the program does not prove is called possible."""
    return "Sebab" if cause.proven else "Sebab yang mungkin"


def _remedy(cause: ToldCause) -> str:
    """What the program's own lines do not make is an example; what one question decides, one of several."""
    if not cause.ready:
        return "Obat (contoh; sesuaikan dengan kode Anda):"
    return "Obat (satu kemungkinan):" if cause.question else "Obat:"


def _unread(kind: str) -> str:
    return f"Bukti dari program ini tidak terbaca ({kind}), jadi sebab di atas menurut yang paling sering saja."


def _wrapped(text: str, indent: str = "") -> list[str]:
    follow = indent + "  "
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=follow, break_long_words=False)


def _picture(text: str) -> Iterator[str]:
    lines = text.rstrip("\n").splitlines()
    yield ""
    yield from lines[:PICTURE_LINES]
    if len(lines) > PICTURE_LINES:
        yield f"… {len(lines) - PICTURE_LINES} baris lagi"


def _html(found: Diagnosis) -> str:
    first, others = _first(found.causes), _others(found.causes)
    hidden = [cause for cause in found.causes if cause not in first and cause not in others]
    picture = found.drawing._repr_mimebundle_()["text/html"] if found.drawing is not None else ""
    return Template(read("doctor.html")).substitute(
        style=" ".join(read("doctor.css").split()),
        title=_marked(found.entry.title),
        happened=_marked(found.entry.happened),
        spots="".join(map(_row, found.spots)),
        causes="".join(map(_cause, first)),
        others=_folded(others + hidden, _title(first)),
        picture=f"<figure>{picture}</figure>" if picture else "",
        unread=f"<p>{escape(_unread(found.unread))}</p>" if found.unread else "",
        lesson=escape(found.entry.lesson),
    )


def _title(first: list[ToldCause]) -> str:
    return "Sebab lain yang mungkin" if any(one.evidence for one in first) else "Sebab yang juga mungkin"


def _row(spot: Spot) -> str:
    where, text, role = escape(spot.where), escape(clean(spot.text)), escape(spot.role)
    return f"<tr><th>{where}</th><td><code>{text}</code></td><td>{role}</td></tr>"


def _cause(cause: ToldCause) -> str:
    proof = f"<p><b>Bukti:</b> {_marked(cause.evidence)}</p>" if cause.evidence else ""
    mend = f"<p><b>{_remedy(cause)}</b></p>{_code(cause.mend)}" if cause.mend else ""
    mend += f"<p><b>Yang menentukan:</b> {_marked(cause.question)}</p>" if cause.question else ""
    return f"<p><b>{_cause_word(cause)}:</b> {_marked(cause.say)}</p>{proof}{mend}"


def _folded(causes: list[ToldCause], title: str) -> str:
    if not causes:
        return ""
    items = "".join(f"<li>{_marked(cause.say)}{_code(cause.mend)}</li>" for cause in causes)
    return f"<details><summary>{title}</summary><ul>{items}</ul></details>"


def _code(mend: str) -> str:
    return f"<pre>{escape(mend)}</pre>" if mend else ""


def _marked(text: str) -> str:
    """Text with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(clean(text), quote=False))
