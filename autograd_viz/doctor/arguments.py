"""Ungkapan yang diterima sebuah parameter dari pemanggilnya, juga lewat `*batch` dan `**batch`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd_viz.doctor.none_source import value_of


def argument_of(
    call: ast.expr | None, parameters: Sequence[str], name: str, held: Mapping[str, Any]
) -> ast.expr | None:
    """Ungkapan yang diterima parameter `name`; None bila tidak terbaca.

    >>> call = ast.parse("f(opt, *batch)", mode="eval").body
    >>> ast.unparse(argument_of(call, ["opt", "x", "y"], "y", {"batch": (1, 2)}))
    'batch[1]'
    """
    if not isinstance(call, ast.Call):
        return None
    named = dict(_named(call, held))
    own = [one for one in parameters if one not in ("self", "cls")]
    place = own.index(name) if name in own else len(own)
    return named.get(name) or next(iter(list(_placed(call, held))[place : place + 1]), None)


def _placed(call: ast.Call, held: Mapping[str, Any]) -> Iterator[ast.expr]:
    for one in call.args:
        if not isinstance(one, ast.Starred):
            yield one
            continue
        value = value_of(one.value, held)
        if not isinstance(value, (list, tuple)):
            return
        yield from (_part(one.value, key) for key in range(len(value)))


def _named(call: ast.Call, held: Mapping[str, Any]) -> Iterator[tuple[str, ast.expr]]:
    for one in call.keywords:
        value = value_of(one.value, held) if one.arg is None else None
        if one.arg is not None:
            yield one.arg, one.value
        elif type(value) is dict:
            yield from ((key, _part(one.value, key)) for key in value if isinstance(key, str))


def _part(owner: ast.expr, key: int | str) -> ast.expr:
    return ast.Subscript(owner, ast.Constant(key), ast.Load())
