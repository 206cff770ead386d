"""Letak sebuah pernyataan di sumbernya: fungsi, kelas, perulangan, dan badan yang memuatnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.recording.source import Place, Source
from autograd_viz.reviewing.facts import Facts

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_BODIES = ("body", "orelse", "finalbody")


class Statement(NamedTuple):
    """Satu pernyataan: pohonnya, tempatnya, nama fungsi dan kelas di luarnya, perulangan terdekat, dan badannya."""

    node: ast.stmt
    place: Place
    around: tuple[str, ...]
    loop: Place | None
    body: tuple[int, ...]


def statements(facts: Facts) -> Iterator[Statement]:
    """Semua pernyataan semua sumber, menurut urutan barisnya; jangan diubah pohonnya."""
    for at, source in enumerate(facts.data.sources):
        yield from _parts(at, source)


def statement_at(facts: Facts, place: Place | None) -> Statement | None:
    """Pernyataan terdalam yang memuat baris itu; None bila sumbernya tidak terbaca."""
    found = None
    for one in statements(facts) if place is not None else ():
        if place is not None and one.place.source == place.source and one.place.line <= place.line <= one.place.end:
            found = one
    return found


def around(facts: Facts, place: Place | None) -> tuple[str, ...]:
    """Nama kelas dan fungsi yang memuat sebuah pernyataan, dari yang terluar."""
    found = statement_at(facts, place)
    return found.around if found is not None else ()


def inside(inner: Place, outer: Place) -> bool:
    """Apakah sebuah tempat berada di badan pernyataan majemuk di tempat lain."""
    return inner.source == outer.source and outer.line < inner.line <= outer.end


def beside(facts: Facts, *places: Place | None) -> bool:
    """Apakah semua pernyataan itu berada di satu badan: nama yang satu dikenal yang lain, dan urutannya tetap."""
    found = [statement_at(facts, place) for place in places]
    return None not in found and len({one.body for one in found if one is not None}) == 1


def together(facts: Facts, *places: Place | None) -> bool:
    """Apakah semua pernyataan itu ditulis di fungsi yang sama."""
    found = [statement_at(facts, place) for place in places]
    return None not in found and len({(one.place.source, one.around) for one in found if one is not None}) == 1


@cache
def _parts(at: int, source: Source) -> tuple[Statement, ...]:
    try:
        tree = ast.parse(dedent(source.text))
    except (SyntaxError, ValueError):  # a part of a long file
        return ()
    return tuple(_walk(tree, at, source.first - 1, (), None, (at,)))


def _walk(
    node: ast.AST, at: int, shift: int, around: tuple[str, ...], loop: Place | None, body: tuple[int, ...]
) -> Iterator[Statement]:
    groups = [(1 + which, getattr(node, name, ())) for which, name in enumerate(_BODIES)]
    groups += [(4 + which, one.body) for which, one in enumerate(getattr(node, "handlers", ()))]
    for which, group in groups:
        for one in group if isinstance(group, list) else ():
            if not isinstance(one, ast.stmt):
                continue
            first, last = shift + one.lineno, shift + (one.end_lineno or one.lineno)
            here = (*body, which)
            yield Statement(one, Place(at, first, last), around, loop, here)
            inner, nearest = around, Place(at, first, first) if isinstance(one, _LOOPS) else loop
            if isinstance(one, _NAMED):
                inner, nearest = (*around, one.name), None
            yield from _walk(one, at, shift, inner, nearest, (*here, one.lineno))
