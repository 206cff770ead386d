"""Pernyataan yang melangkahkan sebuah optimizer sebelum backward yang gagal, juga di dalam yang dipanggilnya."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from types import MethodType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import called_things
from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import asked_expression, called
from autograd_viz.doctor.graph_state import node_of, upstream
from autograd_viz.doctor.loop_turns import held_in_turns
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Statement
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import Step as Inside
from autograd_viz.tracing.containers import parts

_DEEPEST, _MOST = 3, 50  # calls inside calls or containers inside containers, and what of each is looked at


class Stepped(NamedTuple):
    """Bingkai ke berapa, pernyataannya di sana, `step()` di dalamnya, dan ungkapan yang di-backward di bingkai itu."""

    frame: int
    statement: Statement
    inner: Statement
    asked: ast.expr | None


def optimizers(evidence: Evidence) -> Iterator[tuple[str, torch.optim.Optimizer]]:
    """Optimizer di antara variabel, di dalam daftar dan kamus, dan yang dipegang objek, masing-masing sekali."""
    seen: set[int] = set()
    waiting = deque((name, value, 0) for name, value in evidence.of_type(object))
    while waiting:
        name, value, depth = waiting.popleft()
        if id(value) in seen:
            continue
        if isinstance(value, torch.optim.Optimizer):
            seen.add(id(value))
            yield name, value
        elif depth < _DEEPEST and (isinstance(value, (list, tuple, dict)) or not is_library_class(type(value))):
            seen.add(id(value))
            waiting += [(_path(name, step), one, depth + 1) for step, one in parts(value, _MOST) or ()]


def _path(owner: str, step: Inside) -> str:
    return f"{owner}[{step.key!r}]" if step.kind == "key" else owner + step.code


def stepped(evidence: Evidence, optimizer: torch.optim.Optimizer) -> Stepped | None:
    """Langkah terakhir optimizer ini sebelum backward yang gagal; None bila tidak terbaca.

    Yang di bawah backward itu, dari putaran atau panggilan yang lalu, hanya bila di atasnya tidak ada.
    """
    for above in (True, False):
        for number, frame in enumerate(evidence.frames):
            current = frame.current
            if current is None:
                continue
            plain = [
                one for one in reversed(frame.scope.statements) if not hasattr(one.node, "body")
                and (one.place < current.place if above else one.place > current.place)
            ]  # fmt: skip
            for one in sorted(plain, key=lambda one: _branched(one, current)):
                turns = held_in_turns(one, frame.scope, frame.variables, current.loops)
                tried = (_step_in(one, frame.variables, optimizer, turn, 0) for turn in (*turns, {}))
                inner = next(filter(None, tried), None)
                if inner is not None:
                    return Stepped(number, one, inner, _asked(evidence, frame, number))
    return None


def _branched(one: Statement, current: Statement) -> bool:
    """Whether it stands in a branch that does not hold the failing statement, and so may not have run."""
    return any(
        isinstance(block, (ast.If, ast.ExceptHandler)) and block not in current.blocks for block in one.blocks
    )


def _asked(evidence: Evidence, frame: UserFrame, number: int) -> ast.expr | None:
    """What goes backward, as this frame calls it: the root, or the argument that leads to it."""
    if number == 0:
        return asked_expression(frame.current, frame.call)
    if not isinstance(frame.call, ast.Call):
        return None
    for given in (*frame.call.args, *(one.value for one in frame.call.keywords)):
        path = dotted(given)
        value = resolve(path, frame.variables)[0] if path is not None else None
        if isinstance(value, torch.Tensor) and node_of(value) in upstream(evidence.roots):
            return given
    return None


def _step_in(
    one: Statement, held: Mapping[str, Any], optimizer: Any, given: Mapping[str, Any], depth: int
) -> Statement | None:
    """The `step()` of this optimizer that this statement runs: itself, or inside what it calls."""
    known = {**held, **given}
    calls = [node for head in heads(one.node) for node in within(head) if isinstance(node, ast.Call)]
    for call in calls:
        if called(call) == "step" and isinstance(call.func, ast.Attribute):
            if value_of(call.args[0] if call.args else call.func.value, known) is optimizer:
                return one
    if depth >= _DEEPEST:
        return None
    for call, thing in zip(calls, (next(_things(one, call, known), None) for call in calls), strict=True):
        function = code_of(thing)
        if function is None:
            continue
        scope = scope_of_function(function)
        names = list(scope.parameters)
        owner = thing.__self__ if isinstance(thing, MethodType) else thing
        inside: dict[str, Any] = dict(function.__globals__)
        if names[:1] == ["self"]:
            names, inside["self"] = names[1:], owner
        pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg in names)]
        taken = {
            name: value.value if isinstance(value, ast.Constant) else value_of(value, known)
            for name, value in pairs if name
        }  # fmt: skip
        for statement in scope.statements:
            for turn in (*held_in_turns(statement, scope, {**inside, **taken}), {}):
                found = _step_in(statement, inside, optimizer, {**taken, **turn}, depth + 1)
                if found is not None:
                    return found
    return None


def _things(one: Statement, call: ast.Call, held: Mapping[str, Any]) -> Iterator[Any]:
    alone = one._replace(node=ast.Expr(call))
    yield from called_things(alone, held)
