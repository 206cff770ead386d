"""Apakah sebuah ungkapan dihitung dari gradien: langsung, atau lewat nama-nama di fungsi yang sama."""

from __future__ import annotations

import ast

from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts


def reads_gradient(facts: Facts, one: Statement, value: ast.expr) -> bool:
    """Apakah `value`, bagian pernyataan itu, memuat `.grad` atau nama yang dihitung darinya."""
    inside = [other for other in statements(facts) if _together(one, other)]
    known: set[str] = set()
    if one.around and _is_given(facts, one.around[-1]):
        known = {argument.arg for argument in _arguments(facts, one)}
    while new := {name for other in inside for name in _written(other.node, known)} - known:
        known |= new
    return _reads(value, known - {word.id for word in ast.walk(_start(value)) if isinstance(word, ast.Name)})


def _start(value: ast.expr) -> ast.AST:
    """What the step begins with: `p` of `p - a`; it alone says nothing of a gradient."""
    return value.left if isinstance(value, ast.BinOp) else ast.Pass()


def _together(one: Statement, other: Statement) -> bool:
    return other.place.source == one.place.source and other.around == one.around


def _written(node: ast.stmt, known: set[str]) -> set[str]:
    """The names that a statement gives something computed from a gradient."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
        targets, value = node.targets if isinstance(node, ast.Assign) else [node.target], node.value
    elif isinstance(node, ast.For):
        targets, value = [node.target], node.iter
    else:
        return set()
    if not _reads(value, known):
        return set()
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {ast.unparse(part.value if isinstance(part, ast.Subscript) else part) for part in parts}


def _reads(value: ast.AST, known: set[str]) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and node.attr == "grad" and isinstance(node.ctx, ast.Load):
            return True  # also torch.autograd.grad
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in known:
            return True
    return False


def _is_given(facts: Facts, function: str) -> bool:
    """Whether somebody hands a gradient to that function."""
    calls = [
        node
        for other in statements(facts)
        if not hasattr(other.node, "body")
        for node in ast.walk(other.node)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function
    ]
    return any(_reads(argument, set()) for call in calls for argument in call.args)


def _arguments(facts: Facts, one: Statement) -> list[ast.arg]:
    return [
        argument
        for other in statements(facts)
        if isinstance(other.node, ast.FunctionDef) and (*other.around, other.node.name) == one.around
        for argument in other.node.args.args
    ]
