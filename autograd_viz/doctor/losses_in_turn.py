"""Loss-loss dari satu forward yang di-backward satu per satu oleh sebuah `for`: satu backward() untuk jumlahnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import definitions, dotted, first_name, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, called, removed, rows
from autograd_viz.doctor.graph_state import node_of, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.walk import Walk

_AROUND = ("zero_grad", "step", "update", "unscale_", "clip_grad_norm_", "clip_grad_value_")
_WALKED = ("enumerate", "zip", "list", "tuple", "reversed")


def losses_in_turn(evidence: Evidence, nodes: Walk, spent: set[Any]) -> Iterator[Finding]:
    """`for r in rugi: r.backward()`: yang pertama menghabiskan bagian graf yang dipakai bersama."""
    here = evidence.here
    current = here.current if here is not None else None
    asked = asked_expression(current, here.call if here is not None else None)
    if here is None or current is None or asked is None or not current.loops:
        return
    loop = current.loops[-1]
    if not isinstance(loop, ast.For) or not _plain(current.node, asked):
        return
    turned = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    read = {first_name(path) for path in read_paths(asked)}
    inside = here.scope.inside(loop)
    if not turned & read or read & {first_name(store.path) for one in inside for store in stores(one.node)}:
        return
    items = _tensors(loop.iter, here.variables)
    if not items or _is_first(items[0], evidence, asked, here.variables, turned):
        return
    summed = _summed(asked, loop)
    shared = _shared(evidence, items[0], nodes, spent, loop.iter, here)
    mend = _mend(current, loop, inside, summed, turned)
    told = f"`{ast.unparse(loop.target)} in {ast.unparse(loop.iter)}` melewati beberapa loss dari satu forward, dan " \
           f"`{current.text}` yang pertama menghabiskan bagian yang mereka pakai bersama."
    yield Finding(
        "batang-bersama", told, {"tensor": shared, "loss": summed}, mend,
        writer=current, tensors=evidence.roots, weight=5,
    )  # fmt: skip


def _plain(node: ast.stmt, asked: ast.expr) -> bool:
    """Whether the statement is nothing but `loss.backward()` or `torch.autograd.backward(loss)`."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or call.keywords or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr == "backward" and (call.func.value is asked and not call.args or call.args == [asked])


def _tensors(walked: ast.expr, held: Mapping[str, Any]) -> list[torch.Tensor]:
    """The losses through which the loop walks; none where they are made on the way, or cannot be walked twice."""
    if isinstance(walked, ast.Call):
        owner = walked.func.value if isinstance(walked.func, ast.Attribute) else None
        if owner is not None and called(walked) in ("items", "values") and not walked.args:
            return _tensors(owner, held)
        plain = isinstance(walked.func, ast.Name) and walked.func.id in _WALKED
        return [one for part in walked.args for one in _tensors(part, held)] if plain else []
    if isinstance(walked, (ast.List, ast.Tuple)):
        return [one for part in walked.elts for one in _tensors(part, held)]
    path = dotted(walked)
    value, rest = resolve(path, held) if path is not None else (None, "")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else (value,)
    return [one for one in parts if isinstance(one, torch.Tensor) and one.grad_fn is not None] if not rest else []


def _is_first(
    first: torch.Tensor, evidence: Evidence, asked: ast.expr, held: Mapping[str, Any], turned: set[str]
) -> bool:
    """Whether the error came in the first turn: then nothing in this loop has spent the graph."""
    values = [resolve(path, held)[0] for path in read_paths(asked) if first_name(path) in turned]
    return any(one is first for one in (*values, *evidence.roots))


def _summed(asked: ast.expr, loop: ast.For) -> str:
    """The sum of all the losses of the loop, in as few words as it can be said."""
    walked, name = loop.iter, getattr(asked, "id", "")
    target = loop.target
    if isinstance(walked, ast.Call) and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        if getattr(target.elts[1], "id", "") == name and name:
            if called(walked) == "items" and isinstance(walked.func, ast.Attribute):
                return f"sum({ast.unparse(walked.func.value)}.values())"
            if called(walked) == "enumerate" and len(walked.args) == 1:
                return f"sum({ast.unparse(walked.args[0])})"
    if isinstance(target, ast.Name) and target.id == name:
        return f"sum({ast.unparse(walked)})"
    return f"sum({ast.unparse(asked)} for {_bare(target)} in {ast.unparse(walked)})"


def _shared(
    evidence: Evidence, first: torch.Tensor, nodes: Walk, spent: set[Any], walked: ast.expr, here: UserFrame
) -> str:
    """What the losses have in common: a named tensor, or the call that made them all."""
    variables, scope, current = here.variables, here.scope, here.current
    before = upstream([first])
    place = {node: number for number, node in enumerate(nodes)}
    common = [
        one for one in evidence.known if (node := node_of(one.tensor)) in before and node in place and node in spent
    ]
    if common:
        return max(common, key=lambda one: place[node_of(one.tensor)]).path
    waiting, seen = read_paths(walked), set[str]()
    while waiting:
        path = _owner(waiting.pop(0))
        held = _tensors(ast.parse(path, mode="eval").body, variables) if path not in seen else []
        for _, store in definitions(scope, path, current, 1) if any(one is first for one in held) else ():
            if isinstance(store.value, ast.Call) and not _passes(store.value):
                return ast.unparse(store.value)
            waiting += read_paths(store.value)
        seen.add(path)
    return ast.unparse(walked)


def _owner(path: str) -> str:
    return path.removesuffix(".items").removesuffix(".values")


def _passes(call: ast.Call) -> bool:
    """Whether this call only hands on what it was given: list(losses.values())."""
    return called(call) in (*_WALKED, "dict", "values", "items")


def _mend(
    current: Statement, loop: ast.For, inside: list[Statement], summed: str, turned: set[str]
) -> str | None:
    """One backward() above the loop, with zero_grad() and step() around it; what else the loop does stays."""
    around = [one for one in inside if one is current or _is_around(one)]
    rest = [one for one in inside if one not in around]
    if any(one.blocks != current.blocks for one in around) or any(_moves(one.node) for one in rest):
        return None
    if loop.orelse or any(isinstance(one.node, (ast.Break, ast.Continue, ast.Return)) for one in rest):
        return None
    head = f"for {_bare(loop.target)} in {ast.unparse(loop.iter)}:"
    lines = []
    for one in around:
        text = f"{summed}.backward()" if one is current else one.text
        own = one is not current and turned & {first_name(path) for path in read_paths(one.node)}
        lines.append(f"{head}\n    {text}" if own else text)
    if not rest:
        return f"# menggantikan {rows(loop.lineno, loop.end_lineno)}:\n" + "\n".join(lines)
    gone = [removed(one) for one in around]
    return "\n".join([f"# tepat di atas {_at_loop(loop, current)}, `{head}`:", *lines, *gone])


def _at_loop(loop: ast.For, current: Statement) -> str:
    return at(current._replace(node=loop))


def _is_around(one: Statement) -> bool:
    node = one.node
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) in _AROUND


def _moves(node: ast.stmt) -> bool:
    """Whether a statement takes part in a step of its own, under a condition or inside another call."""
    return any(isinstance(one, ast.Call) and called(one) in _AROUND for one in ast.walk(node))


def _bare(target: ast.expr) -> str:
    """`a, b` without brackets."""
    return ", ".join(map(ast.unparse, target.elts)) if isinstance(target, ast.Tuple) else ast.unparse(target)
