"""Ungkapan mana yang ternyata None karena ia `.grad` sebuah tensor: langsung, lewat nama, atau lewat argumen."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import definitions, dotted, heads, within
from autograd_viz.doctor.slices import Context, frame_context
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.torch_internals import children_of

_DEEPEST = 4  # names that stand for names
_COLLECTIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp)


class Empty(NamedTuple):
    """Satu `.grad` yang None: nama tensornya seperti ditulis, tensornya, bingkainya, dan pernyataan yang membacanya."""

    path: str
    tensor: torch.Tensor
    frame: int
    read: Statement | None


def empty_grads(evidence: Evidence) -> Iterator[Empty]:
    """Tensor-tensor yang `.grad`-nya None di dalam ungkapan yang gagal; tidak ada bila galatnya bukan soal itu."""
    here = evidence.here
    if here is None or here.current is None:
        return
    context = frame_context(evidence, 0)
    told: set[int] = set()
    for expression in _failing(here.call, here.current):
        for one in _behind(evidence, expression, context, here.current, _DEEPEST):
            if id(one.tensor) not in told:
                told.add(id(one.tensor))
                yield one


def _failing(exact: ast.expr | None, current: Statement) -> list[ast.expr]:
    """What may have been None where it was not allowed: the operands of the failing expression."""
    if isinstance(exact, (ast.Attribute, ast.Subscript)):
        return [exact.value]
    if isinstance(exact, ast.BinOp):
        return [exact.left, exact.right]
    if isinstance(exact, ast.UnaryOp):
        return [exact.operand]
    if isinstance(exact, ast.Compare):
        return [exact.left, *exact.comparators]
    if isinstance(exact, ast.Call):
        return [*exact.args, *(keyword.value for keyword in exact.keywords)]
    if isinstance(exact, (ast.JoinedStr, ast.FormattedValue)):
        return [one.value for one in ast.walk(exact) if isinstance(one, ast.FormattedValue)]
    if exact is not None:
        return [exact]
    if isinstance(current.node, ast.AugAssign):
        return [current.node.target, current.node.value]
    return heads(current.node)


def _behind(
    evidence: Evidence, expression: ast.expr, context: Context, at: Statement | None, depth: int
) -> Iterator[Empty]:
    """The tensors whose empty .grad this expression is."""
    if isinstance(expression, ast.Attribute) and expression.attr == "grad":
        tensor = value_of(expression.value, context.variables)
        if isinstance(tensor, torch.Tensor) and _no_grad_of(tensor) and context.frame is not None:
            yield Empty(ast.unparse(expression.value), tensor, context.frame, at)
    elif isinstance(expression, (ast.List, ast.Tuple)):
        for inner in expression.elts:
            yield from _behind(evidence, inner, context, at, depth)
    elif isinstance(expression, _COLLECTIONS):
        yield from _collected(expression, context, at)
    elif isinstance(expression, ast.Starred):
        yield from _behind(evidence, expression.value, context, at, depth)
    elif isinstance(expression, ast.Name) and depth:
        yield from _named(evidence, expression, context, at, depth - 1)


def _named(
    evidence: Evidence, name: ast.Name, context: Context, at: Statement | None, depth: int
) -> Iterator[Empty]:
    """A name that is None, or holds None, because of what it was given."""
    value = context.variables.get(name.id, name)
    if value is not None and not (isinstance(value, (list, tuple)) and any(one is None for one in value)):
        return
    made = definitions(context.scope, name.id, at, 2)
    for statement, store in made:
        if store.value is not None:
            yield from _behind(evidence, store.value, context, statement, depth)
    given = context.given.get(name.id)
    if not made and given is not None:
        outer, expression, asked = given
        yield from _behind(evidence, expression, outer, asked, depth)


def _collected(expression: ast.expr, context: Context, at: Statement | None) -> Iterator[Empty]:
    """[p.grad for p in model.parameters()]: the parameters that have none."""
    generators = getattr(expression, "generators", [])
    element = getattr(expression, "elt", None)
    if len(generators) != 1 or not isinstance(element, ast.Attribute) or element.attr != "grad":
        return
    for path, tensor in members(generators[0].iter, context.variables):
        if _no_grad_of(tensor) and context.frame is not None:
            yield Empty(path, tensor, context.frame, at)


def members(collection: ast.expr, held: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Tensor di dalam `model.parameters()`, `[w, b]`, atau sebuah daftar, dengan namanya."""
    if isinstance(collection, (ast.List, ast.Tuple)):
        for one in collection.elts:
            value = value_of(one, held)
            if isinstance(value, torch.Tensor):
                yield ast.unparse(one), value
        return
    if isinstance(collection, ast.Call) and isinstance(collection.func, ast.Attribute):
        owner = value_of(collection.func.value, held)
        if collection.func.attr in ("parameters", "named_parameters") and isinstance(owner, torch.nn.Module):
            name = ast.unparse(collection.func.value)
            yield from ((f"{name}.{inner}", one) for inner, one in owner.named_parameters())
        return
    value = value_of(collection, held)
    if isinstance(value, (list, tuple)):
        for place, one in enumerate(value):
            if isinstance(one, torch.Tensor):
                yield f"{ast.unparse(collection)}[{place}]", one


def value_of(expression: ast.expr, held: Mapping[str, Any]) -> Any:
    """Isi `w`, `self.net[0].weight`, atau `params[i]`, tanpa menjalankan kode; None bila tidak terbaca."""
    if isinstance(expression, ast.Subscript):
        owner, key = value_of(expression.value, held), _key(expression.slice, held)
        if isinstance(owner, (torch.nn.Sequential, torch.nn.ModuleList)) and isinstance(key, int):
            children = list(children_of(owner).values())
            return children[key] if -len(children) <= key < len(children) else None
        if type(owner) in (list, tuple) and isinstance(key, int):
            return owner[key] if -len(owner) <= key < len(owner) else None
        return owner.get(key) if type(owner) is dict and isinstance(key, (int, str)) else None
    if isinstance(expression, ast.Attribute):
        value, rest = resolve(f"x.{expression.attr}", {"x": value_of(expression.value, held)})
        return None if rest else value
    return held.get(expression.id) if isinstance(expression, ast.Name) else None


def _key(expression: ast.expr, held: Mapping[str, Any]) -> Any:
    if isinstance(expression, ast.Constant):
        return expression.value
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.USub):
        inner = _key(expression.operand, held)
        return -inner if isinstance(inner, int) else None
    return held.get(expression.id) if isinstance(expression, ast.Name) else None


def _no_grad_of(tensor: torch.Tensor) -> bool:
    """Whether .grad is None, asked without the warning that torch gives for what is no leaf."""
    return (not tensor.is_leaf and not tensor.retains_grad) or tensor.grad is None


def reads_grad_of(statement: Statement, path: str) -> bool:
    """Apakah pernyataan ini membaca `.grad` milik `path`.

    >>> reads_grad_of(Statement(ast.parse("print(w.grad)").body[0], 0, ""), "w")
    True
    """
    return any(
        isinstance(one, ast.Attribute) and one.attr == "grad" and dotted(one.value) == path
        for expression in heads(statement.node) for one in within(expression)
    )  # fmt: skip
