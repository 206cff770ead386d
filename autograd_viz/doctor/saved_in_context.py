"""Yang bukan tensor di `save_for_backward`: dititipkan sebagai sifat `ctx`, di forward dan di backward."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Scope, Statement


def saved_in_context(evidence: Evidence) -> Iterator[Finding]:
    """Argumen `save_for_backward` yang bukan tensor, dan baris backward yang membacanya."""
    here = evidence.here
    if here is None or here.current is None:
        return
    applied = _applied(here.current, here.variables)
    if applied is None:
        return
    kind, call = applied
    forward, backward = code_of(kind.forward), code_of(getattr(kind, "backward", None))
    keeper = code_of(kind.setup_context) or forward
    if forward is None or backward is None or keeper is None:
        return
    statement, saved = _saving(scope_of_function(keeper))
    if statement is None or saved is None or keeper is not forward:
        return
    names = forward.__code__.co_varnames[1 : forward.__code__.co_argcount]
    given = {name: value_of(one, here.variables) for name, one in zip(names, call.args, strict=False)}
    plain = [ast.unparse(one) for one in saved.args if _is_plain(one, given, call, names)]
    if not plain:
        return
    yield _told(kind.__name__, statement, saved, plain, scope_of_function(backward))


def _is_plain(node: ast.expr, given: dict[str, object], call: ast.Call, names: tuple[str, ...]) -> bool:
    """Whether this argument of forward is known to be no tensor."""
    name = dotted(node)
    if name not in given:
        return False
    place = names.index(name)
    constant = place < len(call.args) and isinstance(call.args[place], ast.Constant)
    return constant or (given[name] is not None and not isinstance(given[name], torch.Tensor))


def _told(name: str, statement: Statement, saved: ast.Call, plain: list[str], backward: Scope) -> Finding:
    kept = [ast.unparse(one) for one in saved.args if ast.unparse(one) not in plain]
    owner = ast.unparse(saved.func.value) if isinstance(saved.func, ast.Attribute) else "ctx"
    lines = [f"{owner}.save_for_backward({', '.join(kept)})"] if kept else []
    lines += [f"{owner}.{one} = {one}" for one in plain if one.isidentifier()]
    lines = [instead(statement, "\n".join(lines))]
    reading = _reading(backward)
    if reading is not None:
        target = f"{', '.join(kept)}{',' if len(kept) == 1 else ''}"
        value = ast.unparse(reading.node.value)  # type: ignore[attr-defined]
        read = [f"{target} = {value}"] if kept else []
        read += [f"{one} = {value.rpartition('.')[0]}.{one}" for one in plain if one.isidentifier()]
        lines += [instead(reading, "\n".join(read))]
    listed = ", ".join(f"`{one}`" for one in plain)
    return Finding(
        "titip-di-ctx", f"`{statement.text}` di {at(statement)} menyimpan {listed}, yang bukan tensor.",
        {"function": name}, "\n".join(lines), writer=statement, weight=4, example=reading is None,
    )  # fmt: skip


def _saving(scope: Scope) -> tuple[Statement | None, ast.Call | None]:
    for statement in scope.statements:
        for expression in heads(statement.node):
            for node in within(expression):
                if isinstance(node, ast.Call) and called(node) == "save_for_backward":
                    return statement, node
    return None, None


def _reading(scope: Scope) -> Statement | None:
    """The line that unpacks ctx.saved_tensors."""
    for statement in scope.statements:
        node = statement.node
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith(".saved_tensors"):
            return statement
    return None


def _applied(statement: Statement, held: object) -> tuple[type[torch.autograd.Function], ast.Call] | None:
    for expression in heads(statement.node):
        for node in within(expression):
            if isinstance(node, ast.Call) and called(node) == "apply" and isinstance(node.func, ast.Attribute):
                kind = value_of(node.func.value, held) if isinstance(held, dict) else None
                if isinstance(kind, type) and issubclass(kind, torch.autograd.Function):
                    return kind, node
    return None
