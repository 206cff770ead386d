"""Satu putaran sebelum backward(): pernyataannya, isi nama-namanya, dan nama mana yang dihitungnya sendiri."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.arguments import argument_of
from autograd_viz.doctor.called_scopes import called_things, scopes_of_call
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import Store, begins, heads, stores, within
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Statement


class Place(NamedTuple):
    """Pernyataan satu putaran sebelum backward(), isi nama-namanya, dan nama yang dihitung putaran itu sendiri.

    `origin` ungkapan yang diberikan pemanggil bagi setiap parameter; kosong di fungsi yang memuat putaran itu.
    """

    statements: tuple[Statement, ...]
    held: Mapping[str, Any]
    made: tuple[str, ...]
    origin: Mapping[str, ast.expr]


def turn_of(evidence: Evidence, number: int) -> Place | None:
    """Yang dijalankan sekali bagi setiap backward(): perulangan terdalam atau fungsinya; None bila tidak ada."""
    frame = evidence.frames[number]
    current = frame.current
    if current is None or (not current.loops and number + 1 == len(evidence.frames)):
        return None
    turn = frame.scope.inside(current.loops[-1]) if current.loops else list(frame.scope.statements)
    ahead = tuple(one for one in turn if one.place <= current.place)
    made = _made(turn if current.loops else ahead, frame.variables)
    return Place(ahead, frame.variables, made, {})


def _made(statements: Sequence[Statement], held: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        store.path for one in statements for store in stores(one.node) if not only_handed(one, store, held)
    )


def called_by(turn: Place) -> Iterator[Place]:
    """Fungsi-fungsi pengguna yang dipanggil putaran itu dan sudah selesai, dengan apa yang diberikan kepadanya."""
    for one in turn.statements:
        for call in (node for head in heads(one.node) for node in within(head) if isinstance(node, ast.Call)):
            function = function_of(call, turn.held)
            if function is None:
                continue
            scope = scope_of_function(function)
            given = {
                name: value for name in scope.parameters
                if (value := argument_of(call, scope.parameters, name, turn.held)) is not None and base_of(value)
                and not any(begins(ast.unparse(value), other) for other in turn.made)
            }  # fmt: skip
            held = {**function.__globals__, **{name: value_of(value, turn.held) for name, value in given.items()}}
            for inner in scope.statements:
                held |= _unpacked(inner.node, held)
            made = _made(scope.statements, held)
            unknown = tuple(name for name in scope.parameters if name not in given)
            yield Place(scope.statements, held, (*made, *unknown), given)


def function_of(call: ast.Call, held: Mapping[str, Any]) -> FunctionType | None:
    """Fungsi pengguna yang dijalankan panggilan ini; None bila tidak terbaca atau milik pustaka.

    >>> function_of(ast.parse("print(1)", mode="eval").body, {"print": print}) is None
    True
    """
    return code_of(_thing(call, held))


def _thing(call: ast.Call, held: Mapping[str, Any]) -> Any:
    thing = value_of(call.func, held)
    if thing is None and isinstance(call.func, ast.Attribute):
        owner = value_of(call.func.value, held)
        member = getattr(type(owner), call.func.attr, None)
        thing = MethodType(member, owner) if isinstance(member, FunctionType) else None
    return thing


def _unpacked(node: ast.stmt, held: Mapping[str, Any]) -> dict[str, Any]:
    """s, a, old = batch, and old = batch["old"]."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not base_of(node.value):
        return {}
    target, value = node.targets[0], value_of(node.value, held)
    if isinstance(target, ast.Name):
        return {target.id: value}
    names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    parts = list(value) if isinstance(value, (list, tuple)) and len(value) == len(names) else []
    return {name.id: part for name, part in zip(names, parts, strict=False) if isinstance(name, ast.Name)}


def base_of(node: ast.expr) -> str:
    """Nama paling depan dari `self.a[i].b` yang dibaca; kosong bila ungkapannya bukan nama.

    >>> base_of(ast.parse("batch.rows[i]", mode="eval").body), base_of(ast.parse("f(x)", mode="eval").body)
    ('batch', '')
    """
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else ""


def only_handed(statement: Statement, store: Store, held: Mapping[str, Any]) -> bool:
    """Apakah pernyataan ini hanya mengambilnya dari tempat simpanannya: dari sebuah tuple, atau dari penyangga."""
    if store.kind not in ("assign", "loop") or store.value is None:
        return False
    if base_of(store.value):
        return not isinstance(value_of(store.value, held), torch.Tensor)
    call = store.value
    unpacked = isinstance(getattr(statement.node, "targets", [None])[0], (ast.Tuple, ast.List))
    if not isinstance(call, ast.Call) or not (unpacked or isinstance(statement.node, ast.For)):
        return False
    thing = _thing(call, held)
    return isinstance(thing, MethodType) and code_of(thing) is not None and not _computes(call, thing, held)


def _computes(call: ast.Call, thing: MethodType, held: Mapping[str, Any]) -> bool:
    """Whether a module may run there: the owner is one, one is handed over, or one is called inside."""
    given = [value_of(one, held) for one in (*call.args, *(keyword.value for keyword in call.keywords))]
    run = (one for scope in scopes_of_call(thing) for line in scope.scope.statements
           for one in called_things(line, scope.held))  # fmt: skip
    return any(isinstance(one, torch.nn.Module) for one in (thing.__self__, *given, *run))
