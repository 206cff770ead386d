"""`checkpoint(use_reentrant=True)` yang masukannya tidak butuh gradien: hasilnya tidak dicatat, juga bila ada bobot."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.doctor.called_scopes import places_of
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.printable import indexed
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes

_CALLS = ("checkpoint", "checkpoint_sequential")


def reentrant(evidence: Evidence) -> Iterator[Finding]:
    """Panggilan checkpoint yang memutus bobot yang masih dilatih, dan obatnya di panggilan itu."""
    found = [
        (statement, call, held) for scope, held in places_of(evidence, ran=True) for statement in scope.statements
        if not hasattr(statement.node, "body") and not statement.silenced
        and (call := _reentrant_call(statement)) is not None
    ]  # fmt: skip
    trained = [name for _, _, held in found for name in _trained(evidence, held)]
    if not found or not trained:
        return
    statement = found[0][0]
    yield Finding(
        "tanpa-grad-mode",
        f"`{statement.text}` di {at(statement)} memakai use_reentrant=True: forward-nya berjalan tanpa dicatat, dan "
        f"hasilnya hanya butuh gradien bila masukannya butuh. Masukannya tidak, jadi `{indexed(trained[0])}` pun "
        "tidak tercapai.",
        {"tensor": _written(statement), "line": statement.text},
        "\n".join(instead(one, _without_it(one, call)) for one, call, _ in found),
        forward=statement,
        writer=statement,
        weight=5,
    )


def _reentrant_call(statement: Statement) -> ast.Call | None:
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Call) and called(node) in _CALLS and _keyword(node) is not None:
            return node
    return None


def _keyword(call: ast.Call) -> ast.keyword | None:
    return next(
        (one for one in call.keywords if one.arg == "use_reentrant" and ast.unparse(one.value) == "True"), None
    )


def _trained(evidence: Evidence, held: Mapping[str, Any]) -> Iterator[str]:
    """A parameter of the module there that is trained: its owner's, else one of any module."""
    owner = held.get("self")
    modules = [("self", owner)] if isinstance(owner, torch.nn.Module) else list(evidence.modules())
    for path, module in modules:
        yield from (f"{path}.{name}" for name, param in module.named_parameters() if param.requires_grad)


def _without_it(statement: Statement, call: ast.Call) -> str:
    keyword = _keyword(call)
    return with_nodes(statement.node, {id(keyword.value): "False"}) if keyword is not None else statement.text


def _written(statement: Statement) -> str:
    target = getattr(statement.node, "targets", [None])[0]
    return ast.unparse(target) if target is not None else "hasilnya"
