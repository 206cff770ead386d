"""Fungsi-fungsi pengguna yang dijalankan program itu dan tidak lagi ada di jejak galatnya: forward, metode, fungsi."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.methods import called_object, code_of, scope_of_function, user_forwards
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.turns import may_have_run
from autograd_viz.library_code import is_library_class

_MOST = 80  # functions that are looked at


class CalledScope(NamedTuple):
    """Satu fungsi yang dipanggil: pernyataannya, dan isi nama-nama yang masih dapat dibaca di dalamnya."""

    name: str
    scope: Scope
    held: Mapping[str, Any]


def called_scopes(evidence: Evidence, ran: bool = False) -> Iterator[CalledScope]:
    """Fungsi dan metode pengguna yang dapat tercapai dari bingkai-bingkai galat, masing-masing sekali.

    Dengan `ran` hanya yang mungkin sudah dijalankan sebelum galatnya.
    """
    waiting: deque[tuple[FunctionType, Any]] = deque()
    for _, module in evidence.modules():
        waiting += [(function, part) for _, part, function in user_forwards(module)]
    for number, frame in enumerate(evidence.frames):
        done = [one for one in frame.scope.statements if not ran or may_have_run(evidence, number, one)]
        waiting += _called_in(frame.scope._replace(statements=tuple(done)), frame.variables)
    running = {id(one.node) for frame in evidence.frames for one in frame.scope.statements}
    for one in _reached(waiting):
        if not any(id(inner.node) in running for inner in one.scope.statements[:1]):
            yield one


def places_of(evidence: Evidence, ran: bool = False) -> Iterator[tuple[Scope, Mapping[str, Any]]]:
    """Pernyataan dan isi nama setiap bingkai galat, lalu setiap fungsi yang dipanggilnya; `ran` seperti di atas."""
    yield from ((frame.scope, frame.variables) for frame in evidence.frames)
    yield from ((one.scope, one.held) for one in called_scopes(evidence, ran))


def scopes_of_call(thing: Any) -> Iterator[CalledScope]:
    """Fungsi-fungsi pengguna yang dijalankan bila `thing` dipanggil: ia sendiri, lalu yang dipanggilnya."""
    thing = thing.func if isinstance(thing, partial) else thing
    function = code_of(thing)
    if function is not None:
        owner = thing.__self__ if isinstance(thing, MethodType) else None
        yield from _reached(deque([(function, thing if isinstance(thing, torch.nn.Module) else owner)]))


def _reached(waiting: deque[tuple[FunctionType, Any]]) -> Iterator[CalledScope]:
    seen: set[Any] = set()
    while waiting and len(seen) < _MOST:
        function, owner = waiting.popleft()
        if function.__code__ in seen:
            continue
        seen.add(function.__code__)
        scope = scope_of_function(function)
        held = {**function.__globals__, **_closed_over(function), **({"self": owner} if owner is not None else {})}
        yield CalledScope(function.__name__, scope, held)
        waiting += _called_in(scope, held)


def _called_in(scope: Scope, held: Mapping[str, Any]) -> Iterator[tuple[FunctionType, Any]]:
    for statement in scope.statements:
        for thing in called_things(statement, held):
            function = code_of(thing)
            if function is not None:
                owner = thing.__self__ if isinstance(thing, MethodType) else None
                yield function, thing if isinstance(thing, torch.nn.Module) else owner


def called_things(statement: Statement, held: Mapping[str, Any]) -> Iterator[Any]:
    """Yang dipanggil pernyataan ini, sejauh namanya terbaca: modul, fungsi, atau metode terikat."""
    for expression in heads(statement.node):
        for node in within(expression):
            path = dotted(node.func) if isinstance(node, ast.Call) else None
            if path is None:
                continue
            value, rest = resolve(path, held)
            if not rest:
                yield called_object(value) or value
                continue
            member = getattr(type(value), rest.removeprefix("."), None) if rest.count(".") == 1 else None
            if callable(member) and not is_library_class(type(value)):
                yield MethodType(member, value)


def _closed_over(function: FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not yet filled
            continue
    return found
