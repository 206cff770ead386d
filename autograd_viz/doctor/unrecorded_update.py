"""Pembaruan `w = w - lr * w.grad` yang tidak dicatat: namanya mendapat tensor baru, tanpa `requires_grad`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, instead
from autograd_viz.doctor.none_source import Empty
from autograd_viz.doctor.source import Scope, Statement


def rebound_unrecorded(evidence: Evidence, empty: Empty, base: Finding) -> Finding | None:
    """Pernyataan yang mengganti parameter itu dengan tensor baru; None bila tidak hanya satu fungsi yang begitu."""
    scopes = [frame.scope for frame in evidence.frames] + [one.scope for one in called_scopes(evidence)]
    found = [updates for scope in scopes if (updates := list(_updates(scope)))]
    if len(found) != 1:
        return None
    first = found[0][0][0]
    told = f"requires_grad `{empty.path}` False, jadi backward() tidak mengisi .grad-nya. `{first.text}` di " \
           f"{at(first)} dijalankan di bawah `{first.silenced}`: hasilnya tensor baru tanpa requires_grad, dan " \
           "tensor yang lama tidak dipakai lagi."
    mend = "\n".join(instead(one, text) for one, text in found[0])
    return base._replace(cause="tanpa-tanda", evidence=told, mend=mend, forward=first, writer=None)


def _updates(scope: Scope) -> Iterator[tuple[Statement, str]]:
    """Such statements, and the same written in place: the tensor stays the leaf that it was."""
    for one in scope.statements:
        node = one.node
        if not one.silenced or not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = ast.unparse(node.targets[0]), node.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
            right = ast.unparse(value.right)
            if ast.unparse(value.left) == target and f"{target}.grad" in right:
                yield one, f"{target} {'+' if isinstance(value.op, ast.Add) else '-'}= {right}"
