"""Kait pada hasil yang tidak tercatat: `no_grad` di sekitar forward-nya, atau modul beku dengan masukan tanpa tanda."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import Finding, at, instead, method_call
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.recorded_again import recorded_again
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes


def hooked_inputs(evidence: Evidence) -> Iterator[Finding]:
    """Mengapa yang hendak diberi kait tidak butuh gradien, dan obat di panggilan forward-nya."""
    here = evidence.here
    call = method_call(here.current.node, "register_hook") if here is not None and here.current is not None else None
    if here is None or call is None or not isinstance(call.func, ast.Attribute):
        return
    name = dotted(call.func.value) or ast.unparse(call.func.value)
    tensor = resolve(name, here.variables)[0] if dotted(call.func.value) else None
    base = Finding(
        "dibuat-no-grad", "", {"tensor": name}, tensors=(tensor,) if isinstance(tensor, torch.Tensor) else (), weight=4
    )
    for frame in evidence.frames:
        current = frame.current
        if current is not None and current.silenced:
            told = f"`{current.text}` ({at(current)}) dijalankan di bawah `{current.silenced}`, jadi `{name}` tidak " \
                   "dicatat."
            mend = recorded_again([current], [])
            yield base._replace(evidence=told, mend=mend, forward=current, writer=current)
            return
    for frame in reversed(evidence.frames):
        found = _forward_call(frame)
        if found is not None and frame.current is not None:
            yield from _frozen(evidence, base, name, frame, frame.current, *found)
            return


def _forward_call(frame: UserFrame) -> tuple[ast.Call, torch.nn.Module] | None:
    """The call of a module that was running."""
    current = frame.current
    for node in (one for head in heads(current.node) for one in within(head)) if current is not None else ():
        path = dotted(node.func) if isinstance(node, ast.Call) else None
        value = resolve(path, frame.variables)[0] if path is not None else None
        if isinstance(node, ast.Call) and isinstance(value, torch.nn.Module) and node.args:
            return node, value
    return None


def _frozen(
    evidence: Evidence, base: Finding, name: str, frame: UserFrame, current: Statement, call: ast.Call,
    module: torch.nn.Module,
) -> Iterator[Finding]:  # fmt: skip
    given = call.args[0]
    path = dotted(given)
    value = resolve(path, frame.variables)[0] if path is not None else None
    if isinstance(value, torch.Tensor) and (value.requires_grad or not value.is_floating_point()):
        return
    hooked = next((one for one in _local_modules(evidence) if one is not module and _all_frozen(one)), None)
    if hooked is None and not _all_frozen(module):
        return
    written = ast.unparse(given)
    told = f"`{written}`, masukan `{ast.unparse(call.func)}` ({at(current)}), requires_grad-nya False, dan parameter " \
           f"yang dilewatinya sampai `{name}` beku: tidak ada yang perlu diturunkan di situ."
    if path is not None and isinstance(value, torch.Tensor):
        mend = f"# baris baru, tepat di atas {at(current)}, `{current.text}`:\n{path}.requires_grad_(True)"
    else:
        mend = instead(current, with_nodes(current.node, {id(given): f"{owned(given)}.requires_grad_(True)"}))
    yield base._replace(evidence=told, mend=mend, forward=current)


def _local_modules(evidence: Evidence) -> Iterator[torch.nn.Module]:
    """The module whose output the hook was given."""
    here = evidence.here
    for value in here.variables.values() if here is not None else ():
        if isinstance(value, torch.nn.Module):
            yield value


def _all_frozen(module: torch.nn.Module) -> bool:
    held = list(module.parameters())
    return bool(held) and not any(one.requires_grad for one in held)
