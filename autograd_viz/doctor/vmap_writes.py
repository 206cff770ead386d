"""Menulis ke tensor biasa di dalam vmap: tensor itu dibuat dari yang punya sumbu batch, atau hasilnya tensor baru."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import definitions, dotted, read_paths
from autograd_viz.doctor.findings import Finding, above, at, below, called, instead
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.view_writes import written_now
from autograd_viz.doctor.writers import Write
from autograd_viz.tracing.torch_internals import is_wrapped

_MAKERS = ("zeros", "ones", "empty", "full")


def vmap_write(evidence: Evidence) -> Iterator[Finding]:
    """Tensor mana yang tidak punya sumbu batch, dari mana ia datang, dan dengan apa ia dibuat lagi."""
    here, write = evidence.here, written_now(evidence)
    if here is None or here.current is None or write is None:
        return
    path = write.path
    made = next(iter(definitions(here.scope, path, here.current, 1)), None)
    while made is not None and made[1].kind in ("element", "augment"):  # the writing itself makes nothing
        made = next(iter(definitions(here.scope, path, made[0], 1)), None)
    origin = f"dibuat di {at(made[0])}" if made is not None else "datang dari luar fungsi itu"
    told = f"`{here.current.text}` di {at(here.current)} menulis nilai per contoh ke `{path}`, yang {origin} tanpa " \
           "sumbu batch."
    words = {"tensor": path, "line": made[0].text if made is not None else ""}
    mend = _mend(here, write, path, made[0] if made is not None else None)
    if mend is not None and made is not None and not mend.startswith("#"):
        mend = instead(made[0], mend)
    yield Finding(
        "susun-stack", told, words, mend,
        forward=made[0] if made is not None else None, writer=here.current, weight=4,
    )  # fmt: skip


def _mend(here: UserFrame, write: Write, path: str, made: Statement | None) -> str | None:
    if not write.indexed and write.instead and isinstance(write.statement.node, ast.AugAssign):
        return instead(write.statement, write.instead)
    batched = _batched_name(here, write, made)
    if batched is None:
        return None
    if made is None and path.startswith("self."):  # whoever reads the object finds the new tensor there
        return f"# tepat di atas {at(here.current)}:\n{path} = {path} + {batched}.new_zeros(())"
    if made is None:  # the copy begins the function
        return above(here.scope.statements[0], f"{path} = {path} + {batched}.new_zeros(())  # dengan sumbu batch") \
               + f"\n# kembalikan {path} dengan return; yang di luar tidak ikut berubah"
    value = getattr(made.node, "value", None)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and dotted(value.func.value) == "torch":
        if called(value) in _MAKERS:
            arguments = ", ".join([*map(ast.unparse, value.args), *map(ast.unparse, value.keywords)])
            return f"{path} = {batched}.new_{called(value)}({arguments})"
    if isinstance(made.node, ast.Assign) and value is not None:
        return f"{path} = {ast.unparse(value)} + {batched}.new_zeros(())  # dengan sumbu batch"
    return below(made, f"{path} = {path} + {batched}.new_zeros(())")


def _batched_name(here: UserFrame, write: Write, made: Statement | None) -> str | None:
    """Something with an axis of the batch that has its value already where the tensor is made."""
    node = write.statement.node
    read = read_paths(getattr(node, "value", None) or node)
    names = [*read, *here.scope.parameters, *here.variables]
    for name in dict.fromkeys(names):
        value = value_of(ast.parse(name, mode="eval").body, here.variables)
        known = definitions(here.scope, name, made, 1) if made is not None else []
        ready = made is None or name in here.scope.parameters or (bool(known) and known[0][0].place < made.place)
        if name != write.path and ready and _batched(value):
            return name
    return None


def _batched(value: Any) -> bool:
    if not isinstance(value, torch.Tensor) or not is_wrapped(value):
        return False
    try:
        return "BatchedTensor" in repr(value)
    except RuntimeError:  # its level is over
        return False
