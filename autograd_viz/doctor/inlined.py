"""Satu hasil dari fungsi pengguna, ditulis di tempat pemanggilnya: tanpa menghitung lagi hasil-hasil yang lain."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from types import MethodType
from typing import Any

from autograd_viz.doctor.called_scopes import called_things
from autograd_viz.doctor.expressions import dotted, first_name, read_paths, stores
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.substitute import with_names


def inlined(call: ast.expr, key: str | int, held: Mapping[str, Any]) -> str:
    """Rumus unsur `key` dari yang dikembalikan panggilan ini; kosong bila tidak dapat ditulis dengan nama-nama di sini.

    Rumusnya harus satu ungkapan atas argumen dan nama yang di sini pun artinya sama.
    """
    if not isinstance(call, ast.Call) or any(isinstance(one, ast.Starred) for one in call.args):
        return ""
    thing = next(called_things(Statement(ast.Expr(call), 0, ""), held), None)
    function = code_of(thing)
    if function is None:
        return ""
    scope = scope_of_function(function)
    formula = _formula(scope, key)
    given = _given(call, scope, thing)
    if formula is None or given is None:
        return ""
    for path in read_paths(formula):
        base = first_name(path)
        same = held.get(base, vars(builtins).get(base)) is function.__globals__.get(base, vars(builtins).get(base))
        if base not in given and (not same or base in _written(scope)):
            return ""
    changed = with_names(ast.Expr(formula), given)
    return ast.unparse(changed)


def _formula(scope: Scope, key: str | int) -> ast.expr | None:
    returned = [one for one in scope.statements if isinstance(one.node, ast.Return)]
    value = getattr(returned[0].node, "value", None) if len(returned) == 1 else None
    if isinstance(value, ast.Dict):
        keys = [getattr(one, "value", None) for one in value.keys]
        found = value.values[keys.index(key)] if key in keys else None
    else:
        elements = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        found = elements[key] if isinstance(key, int) and key < len(elements) else None
    if not isinstance(found, ast.Name):
        return found
    made = [(one, store) for one in scope.statements for store in stores(one.node) if store.path == found.id]
    if len(made) != 1 or made[0][0].blocks or made[0][0].silenced or not isinstance(made[0][0].node, ast.Assign):
        return None
    return made[0][1].value if isinstance(made[0][0].node.targets[0], ast.Name) else None


def _given(call: ast.Call, scope: Scope, thing: Any) -> dict[str, ast.expr] | None:
    names, found = list(scope.parameters), {}
    if isinstance(thing, MethodType) and names and isinstance(call.func, ast.Attribute):
        found[names.pop(0)] = call.func.value
    found |= dict(zip(names, call.args, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}
    plain = all(dotted(one) is not None or isinstance(one, ast.Constant) for one in found.values())
    return found if plain else None


def _written(scope: Scope) -> set[str]:
    return {store.path for one in scope.statements for store in stores(one.node)}
