"""Apakah sebuah ungkapan membawa graf, diikuti ke hulu sampai isinya diketahui atau sebuah pemutus menghentikannya."""

from __future__ import annotations

import ast

import torch

from autograd_viz.doctor.cuts import find_cuts
from autograd_viz.doctor.expressions import begins, definitions, first_name, stores, value_paths
from autograd_viz.doctor.methods import code_of
from autograd_viz.doctor.slices import Step, callee, inside_calls, requires_grad

_MOST = 60  # expressions that are looked at


def source_of(step: Step, expression: ast.expr) -> str:
    """Nama yang membawa graf sampai ke ungkapan ini tanpa lebih dulu diputus; kosong bila tidak ada.

    Fungsi dan modul pengguna dibaca isinya: yang mereka kembalikan belum tentu membawa graf masukannya.
    """
    waiting = [step._replace(expression=expression)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        one = waiting.pop()
        if id(one.expression) in seen or (one.statement is not None and one.statement.silenced):
            continue
        seen.add(id(one.expression))
        inside = inside_calls(one)
        for path in _uncut(one, bool(inside)):
            known = _known(one, path)
            if known:
                return path
            if known is None:
                waiting += _given(one, path)
        waiting += inside
    return ""


def carries(step: Step) -> bool:
    """Apakah hasil langkah ini membawa graf, menurut isinya atau, bila itu tidak terbaca, menurut kodenya."""
    statement = step.statement
    if statement is not None and isinstance(statement.node, ast.Assign) and step.expression is statement.node.value:
        held = []
        for store in stores(statement.node):
            last = definitions(step.context.scope, store.path, None, 1)
            value = step.context.value(store.path)
            if isinstance(value, torch.Tensor) and last and last[0][0] is statement:
                held.append(value.requires_grad)
        if held:
            return all(held)
    whole = step.expression
    parts = whole.elts if isinstance(whole, ast.Tuple) and whole.elts else [whole]
    return all(source_of(step, one) for one in parts)


def _uncut(step: Step, calls_users: bool) -> list[str]:
    """The names that it reads, without those that only go into something that cuts, or into a user's function."""
    apart = {id(node) for one in find_cuts(step.expression) for node in ast.walk(one.node)}
    if calls_users:
        apart |= {
            id(node) for call in ast.walk(step.expression)
            if isinstance(call, ast.Call) and code_of(callee(call, step.context)) is not None
            for node in ast.walk(call)
        }  # fmt: skip
    found: list[str] = []
    pieces: list[ast.AST] = [step.expression] if id(step.expression) not in apart else []
    while pieces:
        piece = pieces.pop()
        if not any(id(node) in apart for node in ast.walk(piece)):
            found += value_paths(piece)
        else:
            pieces += [node for node in ast.iter_child_nodes(piece) if id(node) not in apart]
    return found


def _known(step: Step, path: str) -> bool | None:
    """Whether the value of this name carries a graph; None where its value is not the one of that moment."""
    if step.statement is not None and any(begins(path, store.path) for store in stores(step.statement.node)):
        return None
    value = step.context.value(path)
    if isinstance(value, (list, tuple, dict)) and value and all(
        isinstance(one, (bool, int, float, str)) for one in (value.values() if isinstance(value, dict) else value)
    ):
        return False
    found = requires_grad(value)
    return found if isinstance(value, (torch.Tensor, torch.nn.Module, bool, int, float)) or found else None


def _given(step: Step, path: str) -> list[Step]:
    """What gave this name its value, here or where the function was called."""
    made = definitions(step.context.scope, path, step.statement)
    found = [Step(store.value, statement, step.context) for statement, store in made if store.value is not None]
    outer = step.context.given.get(first_name(path))
    if not made and outer is not None:
        found.append(Step(outer[1], outer[2], outer[0]))
    return found
