"""Putaran-putaran sebuah `for`: apa yang dipegang nama-namanya pada setiap putaran, sebagai ungkapan program itu."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from autograd_viz.doctor.expressions import definitions, dotted, first_name, read_paths
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Scope, Statement

Names = Mapping[str, ast.expr]
_MOST = 64  # turns that are looked at


def turns_of(loop: ast.For, scope: Scope, held: Mapping[str, Any]) -> list[Names]:
    """Nama-nama `loop` pada setiap putarannya; kosong bila tidak terbaca.

    >>> loop = ast.parse("for k, o in enumerate(opts): pass").body[0]
    >>> [{n: ast.unparse(e) for n, e in turn.items()} for turn in turns_of(loop, Scope(), {"opts": [1, 2]})]
    [{'k': '0', 'o': 'opts[0]'}, {'k': '1', 'o': 'opts[1]'}]
    """
    found: list[Names] = [_bound(loop.target, item) for item in _items(loop.iter, loop, scope, held)[:_MOST]]
    return found if all(found) else []


def held_in_turns(statement: Statement, scope: Scope, held: Mapping[str, Any], running: Any = ()) -> Iterator[Any]:
    """Isi nama-nama perulangan yang sudah selesai, bila pernyataan ini membacanya: satu kamus bagi setiap putaran."""
    read = {first_name(path) for path in read_paths(statement.node)}
    for loop in statement.loops:
        if isinstance(loop, ast.For) and all(loop is not one for one in running):
            for names in turns_of(loop, scope, held):
                if read & names.keys():
                    yield {
                        name: one.value if isinstance(one, ast.Constant) else value_of(one, held)
                        for name, one in names.items()
                    }


def _items(iterated: ast.expr, loop: ast.stmt, scope: Scope, held: Mapping[str, Any]) -> list[ast.expr]:
    """What a loop goes over, one expression a turn; nothing where that cannot be read."""
    if isinstance(iterated, (ast.Tuple, ast.List)):
        return list(iterated.elts)
    if isinstance(iterated, ast.Call):
        return _of_call(iterated, loop, scope, held)
    path = dotted(iterated)
    if path is None:
        return []
    head = next((one for one in scope.statements if one.node is loop), None)
    made = definitions(scope, path, head, 2)
    listed = made[0][1].value if len(made) == 1 and made[0][1].kind == "assign" else None
    if isinstance(listed, (ast.Tuple, ast.List)) and all(map(_named, listed.elts)):
        if isinstance(getattr(made[0][0].node, "targets", [None])[0], (ast.Name, ast.Attribute)):
            return list(listed.elts)
    value = value_of(iterated, held)
    if type(value) is dict:
        return [ast.Constant(key) for key in value if isinstance(key, (str, int))]
    return [_part(iterated, number) for number in range(len(value))] if type(value) in (list, tuple) else []


def _of_call(call: ast.Call, loop: ast.stmt, scope: Scope, held: Mapping[str, Any]) -> list[ast.expr]:
    """zip(), enumerate(), and what a dict is asked for."""
    if isinstance(call.func, ast.Attribute) and not call.args:
        owner = call.func.value
        value = value_of(owner, held)
        keys = [key for key in value if isinstance(key, (str, int))] if type(value) is dict else []
        pairs: list[tuple[ast.expr, ast.expr]] = [(ast.Constant(key), _part(owner, key)) for key in keys]
        ways: dict[str, list[ast.expr]] = {
            "keys": [key for key, _ in pairs], "values": [part for _, part in pairs],
            "items": [ast.Tuple([*pair], ast.Load()) for pair in pairs],
        }  # fmt: skip
        return ways.get(call.func.attr, [])
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    columns = [_items(one, loop, scope, held) for one in call.args] if name in ("zip", "enumerate", "reversed") else []
    if name == "zip":
        return [ast.Tuple(list(row), ast.Load()) for row in zip(*columns, strict=False)]
    if name == "enumerate" and len(columns) == 1 and not call.keywords:
        return [ast.Tuple([ast.Constant(number), one], ast.Load()) for number, one in enumerate(columns[0])]
    if name == "reversed" and len(columns) == 1:
        return columns[0][::-1]
    if name == "range" and len(call.args) == 1:
        last = call.args[0].value if isinstance(call.args[0], ast.Constant) else value_of(call.args[0], held)
        inner = call.args[0]
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "len" and inner.args:
            listed = value_of(inner.args[0], held)
            last = len(listed) if type(listed) in (list, tuple) else None
        return [ast.Constant(number) for number in range(last)] if isinstance(last, int) and last <= _MOST else []
    return []


def _named(item: ast.expr) -> bool:
    """Whether it can be written once more and stands for the same: a name, or names side by side."""
    if isinstance(item, (ast.Tuple, ast.List)):
        return all(map(_named, item.elts))
    return dotted(item) is not None or isinstance(item, ast.Constant)


def _part(owner: ast.expr, key: Any) -> ast.expr:
    return ast.Subscript(owner, ast.Constant(key), ast.Load())


def _bound(target: ast.expr, item: ast.expr) -> dict[str, ast.expr]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, (ast.Tuple, ast.List)):
        return {}
    parts = item.elts if isinstance(item, (ast.Tuple, ast.List)) else [
        _part(item, number) for number in range(len(target.elts))
    ]
    found: dict[str, ast.expr] = {}
    for one, part in zip(target.elts, parts, strict=False):
        found |= _bound(one, part)
    return found
