"""Modul yang menulis di tempat, misalnya `nn.ReLU(inplace=True)`: siapa, di baris mana ia dibuat, dan gantinya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, called, defined, instead
from autograd_viz.doctor.forward_line import op_word
from autograd_viz.doctor.graph_state import Conflict, consumers
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.doctor.versions import versions
from autograd_viz.tracing.names import submodules
from autograd_viz.tracing.walk import Walk


def by_module(
    evidence: Evidence, conflict: Conflict, nodes: Walk, forward: Statement | None
) -> Iterator[Finding]:
    """Modul seperti `nn.ReLU(inplace=True)` tepat di belakang operasi yang menyimpan hasilnya sendiri."""
    after = [op_word(node).lower() for node in consumers(nodes, conflict.maker)] if conflict.maker is not None else []
    for path, module in evidence.modules():
        for inner, part in submodules(module):
            kind = type(part).__name__
            if getattr(part, "inplace", False) is True and (not after or kind.lower() in after):
                where = f"{path}.{inner}".rstrip(".")
                line = _made(evidence, path, kind) or _in_init(module, kind)
                yield Finding(
                    "modul-inplace",
                    f"`{where}` adalah {kind}(inplace=True), dan ia menulisi masukannya, hasil "
                    f"`{op_word(conflict.maker or conflict.node)}` yang sudah disimpan. {versions(conflict)}",
                    {"tensor": where, "writer": f"nn.{kind}(inplace=True)", "line": forward.text if forward else ""},
                    _not_in_place(line, kind) or f"nn.{kind}()  # tanpa inplace=True, menggantikan {where}",
                    forward=forward,
                    writer=line,
                    nodes=(conflict.node,),
                    weight=4,
                )
                return


def _made(evidence: Evidence, path: str, kind: str) -> Statement | None:
    line = defined(evidence, path)
    value = getattr(line.node, "value", None) if line is not None else None
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)] if value is not None else []
    return line if any(called(call) == kind for call in calls) else None


def _in_init(module: torch.nn.Module, kind: str) -> Statement | None:
    """The statement of an `__init__` that makes such a module in place."""
    for part in module.modules():
        function = code_of(type(part).__init__)
        for one in scope_of_function(function).statements if function is not None else ():
            if not hasattr(one.node, "body") and _not_in_place(one, kind):
                return one
    return None


def _not_in_place(line: Statement | None, kind: str) -> str:
    """The statement that made it, with modules that give new tensors."""
    new: dict[int, str] = {}
    for node in ast.walk(line.node) if line is not None else ():
        if isinstance(node, ast.Call) and called(node) == kind and any(one.arg == "inplace" for one in node.keywords):
            kept = [one for one in node.keywords if one.arg != "inplace"]
            new[id(node)] = ast.unparse(ast.Call(node.func, node.args, kept))
    return instead(line, with_nodes(line.node, new)) if line is not None and new else ""
