"""Pencatatan yang dimatikan dan tidak dinyalakan lagi: pernyataan yang mematikannya, dan tempat menyalakannya."""

from __future__ import annotations

import ast

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, called
from autograd_viz.doctor.source import Scope, Statement

_TOLD = "Pencatatan autograd masih mati sekarang: torch.set_grad_enabled(False) dipanggil dan belum dinyalakan."
_ON = "torch.set_grad_enabled(True)"


def left_off(evidence: Evidence) -> Finding:
    """Temuan bahwa pencatatan masih mati, dengan tempatnya bila hanya satu yang mungkin."""
    scopes = [*(frame.scope for frame in evidence.frames), *(one.scope for one in called_scopes(evidence))]
    found = {(one.title, one.line): (one, scope) for scope in scopes for one in scope.statements if _turns_off(one)}
    if len(found) != 1:
        return Finding("tanpa-grad-mode", _TOLD, mend=f"{_ON}  # sebelum forward, bukan sebelum backward()", weight=5)
    off, scope = next(iter(found.values()))
    return Finding(
        "tanpa-grad-mode", f"{_TOLD} Yang mematikannya `{off.text}` di {at(off)}.", mend=_mend(off, scope), writer=off,
        weight=5,
    )  # fmt: skip


def _turns_off(statement: Statement) -> bool:
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or called(call) != "set_grad_enabled" or not call.args:
        return False
    return isinstance(call.args[0], ast.Constant) and call.args[0].value is False


def _mend(off: Statement, scope: Scope) -> str:
    after = [one for one in scope.statements if one.place > off.place]
    leaving = [one for one in after if isinstance(one.node, ast.Return)]
    if leaving:
        return "\n".join(f"# sebelum {at(one)}, di fungsi yang sama:\n{_ON}\n{one.text}" for one in leaving)
    last = after[-1] if after and scope.parameters else None
    if last is not None:
        return f"# di akhir fungsi itu, sesudah {at(last)}:\n{_ON}"
    return f"# sesudah bagian yang tidak dilatih, yang dimulai di {at(off)}, dan sebelum forward:\n{_ON}"
