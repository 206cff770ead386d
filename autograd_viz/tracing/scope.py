"""Variabel yang terlihat dari sebuah tempat dalam kode: lokal, milik fungsi di sekitarnya, dan global."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from autograd_viz.tracing.containers import attributes

Scope = Mapping[str, object] | FrameType | None

CLOSE = 30  # frames that may lie between a function and the one it is written in, which is still at work
OPTIMIZED, OLD_LOCALS = 0x01, sys.version_info < (3, 13)


def variables(scope: Scope) -> dict[str, Any]:
    """Variabel yang terlihat dari `scope`: lokal, lalu global; yang diawali garis bawah dilewati.

    >>> variables({"w": 1, "_hasil": 2})
    {'w': 1}
    """
    found: dict[str, Any] = {}
    for space in _spaces(scope):
        for name, value in space.items():
            if not name.startswith(("_", "@", ".")):  # pytest and comprehensions keep values under @… and .0
                found.setdefault(name, value)
    return found


def name_in(scope: Scope, thing: object) -> str | None:
    """Nama `thing` di tempat itu: variabel yang memegangnya, atau atribut `self` yang memegangnya; None bila tidak ada.

    >>> w = [1]
    >>> name_in({"v": [1], "w": w}, w)
    'w'
    """
    for space in _spaces(scope):
        for name, value in space.items():
            if value is thing and not name.startswith(("_", "@", ".")):
                return name
        if "self" in space:
            inner = attributes(space["self"]) or {}
            found = next((name for name, value in inner.items() if value is thing), None)
            if found is not None:
                return found
    return None


def _spaces(scope: Scope) -> Iterator[Mapping[str, Any]]:
    if scope is None:
        return
    if not isinstance(scope, FrameType):
        yield scope
        return
    frame: FrameType | None = scope
    while frame is not None:
        yield _locals(frame)
        frame = _around(frame)
    yield scope.f_globals


def _around(frame: FrameType) -> FrameType | None:
    """The frame in whose code this function, comprehension or lambda is written; None where it no longer runs.

    Not simply the caller: between them may lie the sum() or map() that uses up a generator.
    """
    code, outer = frame.f_code, frame.f_back
    for _ in range(CLOSE if code.co_flags & OPTIMIZED else 0):
        if outer is None or code in outer.f_code.co_consts:
            return outer
        outer = outer.f_back
    return None


def _locals(frame: FrameType) -> dict[str, Any]:
    """The local variables, without leaving them behind.

    Up to Python 3.12 a function's frame keeps the dict that f_locals returns, so a tensor would live on after the
    caller's `del`. It is emptied unless somebody else holds it too (three references: frame, this name, the call).
    """
    seen = frame.f_locals
    copy = dict(seen)
    if OLD_LOCALS and frame.f_code.co_flags & OPTIMIZED and sys.getrefcount(seen) <= 3:
        seen.clear()
    return copy
