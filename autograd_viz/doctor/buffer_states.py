"""Keadaan yang disimpan sebuah buffer modul: di mana ia dapat dilepas dari grafnya tanpa mengubah hasilnya."""

from __future__ import annotations

import ast
from typing import Any

import torch

from autograd_viz.doctor.expressions import begins, read_paths
from autograd_viz.doctor.findings import span
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.methods import StoringMethod, code_of, scope_of_function
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.torch_internals import buffers_of


def without_graph_there(method: StoringMethod, owner: Any, attribute: str, statistic: bool) -> str:
    """Obat bagi buffer yang hanya mengingat bilangan, atau yang terakhir ditulisi sebagian; kosong bila bukan itu."""
    line = method.statement
    if not isinstance(owner, torch.nn.Module) or attribute not in buffers_of(owner):
        return ""
    function = code_of(getattr(type(owner), method.name, None))
    after = [one for one in scope_of_function(function).statements if one.line > line.line] if function else [line]
    read = any(begins(path, f"self.{attribute}") for one in after for path in read_paths(one.node))
    if not statistic and (method.store.kind != "element" or read):
        return ""
    node = line.node
    if isinstance(node, (ast.Assign, ast.AugAssign)) and not isinstance(getattr(node, "targets", [None])[0], ast.Tuple):
        told = with_nodes(node, {id(node.value): f"{owned(node.value)}.detach()"})
        return f"# menggantikan {span(line)}; buffer menyimpan bilangan saja:\n{told}"
    return ""
