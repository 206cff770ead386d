"""Pencocokan pola tambalan dengan kode: isi setiap `$`, atau None bila tidak cocok."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Sequence
from typing import cast

from autograd_viz.doctor.patches import HOLE, Bound, Value, hole, written

_NEVER = ("ctx", "type_comment", "kind", "returns", "annotation", "type_params")
_BELOW_HEAD = ("decorator_list", "body", "orelse", "finalbody", "handlers", "bases", "keywords")
_CLOSE = 0.75  # how much alike two names are of which one is a slip of the pen


def matched(pattern: ast.AST, node: ast.AST, bound: Bound) -> Bound | None:
    """Isi setiap `$` bila pola ini cocok; None bila tidak. Dari pernyataan majemuk hanya kepalanya yang dibaca.

    >>> from autograd_viz.doctor.patches import read_patch
    >>> (hunk,) = read_patch("- $x.resize_(*$a)")
    >>> sorted(matched(hunk.anchor, ast.parse("y.resize_(2, 2)").body[0], {}))
    ['a', 'x']
    """
    if name := hole(pattern):
        return bind(bound, name, node) if isinstance(node, ast.expr) else None
    if type(pattern) is not type(node):
        return None
    if isinstance(pattern, ast.Call):
        return _call(pattern, cast(ast.Call, node), bound)
    if isinstance(pattern, ast.arguments):
        return _parameters(pattern, cast(ast.arguments, node), bound)
    found: Bound | None = bound
    for field, wanted in ast.iter_fields(pattern):
        if found is None or field in _NEVER or (isinstance(pattern, ast.stmt) and field in _BELOW_HEAD):
            continue
        found = _field(wanted, getattr(node, field, None), found)
    return found


def _field(wanted: object, here: object, bound: Bound) -> Bound | None:
    if isinstance(wanted, str) and wanted.startswith(HOLE):
        return bind(bound, wanted, here) if isinstance(here, str) else None
    if isinstance(wanted, ast.AST):
        return matched(wanted, here, bound) if isinstance(here, ast.AST) else None
    if isinstance(wanted, list):
        return _all(wanted, here, bound) if isinstance(here, list) else None
    return bound if wanted == here and type(wanted) is type(here) else None


def _all(wanted: Sequence[ast.AST], here: Sequence[ast.AST], bound: Bound) -> Bound | None:
    rest = _rest(wanted)
    first = wanted[:-1] if rest else wanted
    if len(first) > len(here) or (not rest and len(first) != len(here)):
        return None
    found: Bound | None = bound
    for one, other in zip(first, here, strict=False):
        found = matched(one, other, found) if found is not None else None
    if found is None or not rest:
        return found
    return bind(found, rest, tuple(here[len(first) :]))


def _rest(wanted: Sequence[ast.AST]) -> str:
    last = wanted[-1] if wanted else None
    return hole(last.value) if isinstance(last, ast.Starred) else ""


def bind(bound: Bound, name: str, value: Value) -> Bound | None:
    """Isi `$` ini bila ia boleh berisi itu dan belum berisi yang lain."""
    key = name.removeprefix(HOLE)
    text = written(value)
    if not _allowed(key, value, text):
        return None
    before = bound.get(key)
    return {**bound, key: value} if before is None else bound if written(before) == text else None


def _allowed(key: str, value: Value, text: str) -> bool:
    if key.startswith("mirip_"):
        wanted = key.removeprefix("mirip_")
        return text != wanted and difflib.SequenceMatcher(None, text, wanted).ratio() > _CLOSE
    if key.startswith("bilangan"):
        return isinstance(value, ast.Constant) and isinstance(value.value, (int, float))
    if key.startswith("nama_"):
        return isinstance(value, (str, ast.Name))
    return not key.endswith("_") or (text.endswith("_") and not text.endswith("__"))


def _call(pattern: ast.Call, node: ast.Call, bound: Bound) -> Bound | None:
    found = _called(pattern.func, node.func, bound)
    rest = _rest(pattern.args)
    first = pattern.args[:-1] if rest else pattern.args
    if found is None or any(isinstance(one, ast.Starred) for one in node.args[: len(first)]):
        return None
    given, named = list(node.args), {one.arg: one for one in node.keywords}
    for one in pattern.keywords:
        there = named.pop(one.arg, None)
        found = matched(one.value, there.value, found) if found is not None and there is not None else None
    left = (*given[len(first) :], *named.values())
    if found is None or len(given) < len(first) or (left and not rest):
        return None
    found = _all(first, given[: len(first)], found)
    return bind(found, rest, left) if found is not None and rest else found


def _called(pattern: ast.expr, node: ast.expr, bound: Bound) -> Bound | None:
    """What is called; a plain name stands for that of any module, and remembers which."""
    if isinstance(pattern, ast.Name) and not hole(pattern):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        plain = isinstance(node, ast.Name) or isinstance(getattr(node, "value", None), (ast.Name, ast.Attribute))
        return {**bound, f"{pattern.id}()": node} if name == pattern.id and plain else None
    return matched(pattern, node, bound)


def _parameters(pattern: ast.arguments, node: ast.arguments, bound: Bound) -> Bound | None:
    """The parameters of a function; `*_` and `*$p` stand for all that follow."""
    rest = pattern.vararg.arg if pattern.vararg is not None else ""
    given = node.args[: len(pattern.args)] if rest else node.args
    found = _all(pattern.args, given, bound)
    if found is None or not rest.startswith(HOLE):
        return found
    left = ast.arguments(node.posonlyargs, node.args[len(pattern.args) :], node.vararg, node.kwonlyargs,
                         node.kw_defaults, node.kwarg, node.defaults)  # fmt: skip
    return bind(found, rest, left)
