"""Kapan gradien diisi dan kapan dikosongkan sebelum sebuah pernyataan, juga di dalam fungsi yang dipanggil."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import asked_expression, called
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.slices import Context, callee, frame_context
from autograd_viz.doctor.source import Scope, Statement

_DEEPEST = 3  # calls inside calls
_EMPTYING = ("zero_grad",)


class GradEvent(NamedTuple):
    """Satu kejadian: jenisnya, pernyataan di bingkai itu, pernyataan yang melakukannya, dan yang di-backward."""

    kind: Literal["backward", "grad", "cleared"]
    statement: Statement
    inner: Statement
    root: ast.expr | None = None
    cleared: str = ""  # the one tensor whose .grad was set to None; empty: all of an optimizer's or a module's


def grad_events(evidence: Evidence, number: int) -> list[GradEvent]:
    """Kejadian-kejadian di bingkai ini sebelum pernyataan yang sedang dijalankannya."""
    current = evidence.frames[number].current
    context = frame_context(evidence, number)
    place = current.place if current is not None else len(context.scope.statements)
    return [one for one in _events(context.scope, context, 0) if one.statement.place < place]


def events_after(evidence: Evidence, number: int) -> list[GradEvent]:
    """Kejadian-kejadian di bingkai ini sesudah pernyataan yang sedang dijalankannya."""
    current = evidence.frames[number].current
    context = frame_context(evidence, number)
    return [
        one for one in _events(context.scope, context, 0)
        if current is not None and one.statement.place > current.place
    ]  # fmt: skip


def _events(scope: Scope, context: Context, depth: int) -> Iterator[GradEvent]:
    for statement in scope.statements:
        for expression in heads(statement.node):
            for node in within(expression):
                if isinstance(node, ast.Call):
                    yield from _of_call(node, statement, context, depth)
        if isinstance(statement.node, ast.Assign):
            for target in statement.node.targets:
                empty = isinstance(statement.node.value, ast.Constant) and statement.node.value.value is None
                if empty and isinstance(target, ast.Attribute) and target.attr == "grad":
                    yield GradEvent("cleared", statement, statement, cleared=dotted(target.value) or "")


def _of_call(node: ast.Call, statement: Statement, context: Context, depth: int) -> Iterator[GradEvent]:
    name = called(node)
    if name in _EMPTYING:
        yield GradEvent("cleared", statement, statement)
    elif name == "backward":
        yield GradEvent("backward", statement, statement, asked_expression(statement, node))
    elif name == "grad" and dotted(node.func) in ("torch.autograd.grad", "autograd.grad", "grad"):
        yield GradEvent("grad", statement, statement, asked_expression(statement, node))
    elif depth < _DEEPEST:
        thing = callee(node, context)
        function = code_of(thing)
        if function is not None:
            scope = scope_of_function(function)
            inner = Context(scope, dict(function.__globals__), None, {}, depth + 1)
            for one in _events(scope, inner, depth + 1):
                yield one._replace(statement=statement, root=None, cleared="")
