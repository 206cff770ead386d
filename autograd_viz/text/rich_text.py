"""Kalimat sebagai potongan bergaya: tidak pernah HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Style = Literal["", "strong", "code", "math", "result"]  # result: the number that a step makes
BREAK = "\n"  # the text of a span that begins a new line


class Span(NamedTuple):
    """Sepotong kalimat dan gayanya."""

    text: str
    style: Style = ""


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Kalimat yang sama dengan potongan sesedikit mungkin: yang bergaya sama dan bersebelahan menjadi satu.

    >>> joined([Span("a"), Span(" b"), Span("c", "code")])
    (Span(text='a b', style=''), Span(text='c', style='code'))
    """
    found: list[Span] = []
    for span in spans:
        if found and found[-1].style == span.style and span.style in ("", "math"):
            found[-1] = Span(found[-1].text + span.text, span.style)
        else:
            found.append(span)
    return tuple(found)


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
