"""Kalimat sebagai potongan bergaya: tidak pernah HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Style = Literal["", "strong", "code", "math"]
BREAK = "\n"  # the text of a span that begins a new line


class Span(NamedTuple):
    """Sepotong kalimat dan gayanya."""

    text: str
    style: Style = ""


def several(names: Sequence[tuple[str, str]]) -> list[Span]:
    """Daftar nama dengan "dan" di depan yang terakhir; keterangan setiap nama di dalam kurung.

    >>> "".join(span.text for span in several([("self", "x"), ("other", "")]))
    'self (x) dan other'
    """
    spans: list[Span] = []
    for place, (name, meant) in enumerate(names):
        if place:
            spans.append(Span(" dan " if place == len(names) - 1 else ", "))
        spans.append(Span(name, "code"))
        if meant:
            spans += [Span(" ("), Span(meant, "code"), Span(")")]
    return spans


def grad(name: str) -> Span:
    """`name.grad` sebagai kode.

    >>> grad("x")
    Span(text='x.grad', style='code')
    """
    return Span(f"{name}.grad", "code")
