"""Baris di `backward` yang menghitung satu gradien, dan baris itu dengan rumus yang sudah dibetulkan."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from autograd_viz.doctor.expressions import begins, dotted, read_paths, stores
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.substitute import with_nodes


class Mended(NamedTuple):
    """Pernyataan yang dibetulkan, teks barunya, dan nama gradien di sana (kosong bila ia `return`-nya sendiri)."""

    statement: Statement
    text: str
    name: str


def mended_gradient(
    scope: Scope, returned: Statement, number: int, change: Callable[[ast.expr], str]
) -> Mended:
    """Pernyataan yang menghitung gradien ke-`number` dari `returned`, dengan rumusnya sesudah `change`.

    Yang dibetulkan baris hitungannya bila hanya satu, dan hasilnya tidak dibaca selain oleh `returned`; bila tidak
    begitu, `return`-nya.
    """
    given = _parts(getattr(returned.node, "value", None))[number]
    made = _only_line(scope, returned, given.id) if isinstance(given, ast.Name) else None
    if made is not None and isinstance(given, ast.Name):
        statement, formula = made
        return Mended(statement, with_nodes(statement.node, {id(formula): change(formula)}), given.id)
    return Mended(returned, with_nodes(returned.node, {id(given): change(given)}), "")


def transposed(expression: ast.expr) -> str:
    """Rumus yang sama dengan kedua sumbunya ditukar.

    >>> transposed(ast.parse("x.t() @ g", mode="eval").body)
    'g.t() @ x'
    """
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.MatMult):
        left, right = _turned(expression.left), _turned(expression.right)
        return f"{right} @ {left}"
    return _turned(expression)


def then(method: str) -> Callable[[ast.expr], str]:
    """Rumus yang diikuti sebuah metode.

    >>> then(".sum(0)")(ast.parse("g * x", mode="eval").body)
    '(g * x).sum(0)'
    """
    return lambda formula: f"{owned(formula)}{method}"


def owned(expression: ast.expr) -> str:
    """Ungkapan yang dapat diberi titik: dalam kurung bila perlu.

    >>> owned(ast.parse("a * b", mode="eval").body), owned(ast.parse("f(x)", mode="eval").body)
    ('(a * b)', 'f(x)')
    """
    text = ast.unparse(expression)
    simple = isinstance(expression, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    return text if simple else f"({text})"


def shape_in_backward(forward: Scope, backward: Scope, name: str) -> str:
    """Bentuk sebuah masukan seperti ditulis di `backward`: `w.shape` bila ia disimpan; kosong bila tidak.

    Bentuk yang ditulis sebagai angka keliru begitu banyaknya contoh berubah.
    """
    saved = [
        node.args for one in forward.statements for node in ast.walk(one.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save_for_backward"
    ]  # fmt: skip
    places = [at for at, one in enumerate(saved[0]) if dotted(one) == name] if len(saved) == 1 else []
    for one in backward.statements:
        value = getattr(one.node, "value", None)
        if places and isinstance(one.node, ast.Assign) and (dotted(value) or "").endswith(".saved_tensors"):
            targets = _parts(one.node.targets[0])
            if len(targets) == len(saved[0]) and isinstance(targets[places[0]], ast.Name):
                return f"{ast.unparse(targets[places[0]])}.shape"
    return ""


def _turned(expression: ast.expr) -> str:
    """Transposed once more: what was transposed already is taken as it was."""
    if isinstance(expression, ast.Attribute) and expression.attr == "T":
        return owned(expression.value)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        if expression.func.attr == "t" and not expression.args:
            return owned(expression.func.value)
    return f"{owned(expression)}.t()"


def _parts(value: ast.expr | None) -> list[ast.expr]:
    if value is None:
        return []
    return value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]


def _only_line(scope: Scope, returned: Statement, name: str) -> tuple[Statement, ast.expr] | None:
    """The one statement that gives this name more than None, and its formula; nobody else reads the name."""
    made = [
        (one, store.value) for one in scope.statements for store in stores(one.node)
        if begins(store.path, name) and not (isinstance(store.value, ast.Constant) and store.value.value is None)
    ]  # fmt: skip
    readers = [one for one in scope.statements if one is not returned and any(
        begins(path, name) for path in read_paths(getattr(one.node, "value", None))
    )]  # fmt: skip
    if len(made) != 1 or readers:
        return None
    statement, value = made[0]
    plain = isinstance(statement.node, ast.Assign) and len(statement.node.targets) == 1
    if not plain or value is None or not any(value is node for node in ast.walk(statement.node)):
        return None
    target = statement.node.targets[0]  # type: ignore[attr-defined]
    split = isinstance(target, ast.Tuple) and value is getattr(statement.node, "value", None)
    return None if split else (statement, value)
