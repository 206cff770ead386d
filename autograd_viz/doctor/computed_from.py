"""Keluaran yang dihitung dari tensor asal, sedangkan turunannya diminta terhadap hasil dari tensor asal itu."""

from __future__ import annotations

import ast

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import definitions, dotted, read_paths
from autograd_viz.doctor.findings import asked_expression, span


def computed_from(evidence: Evidence, name: str) -> str | None:
    """Baris keluarannya, dengan tensor yang diturunkan sebagai ganti tensor asalnya; None bila tidak terbaca."""
    here = evidence.here
    if here is None or here.current is None or not name.isidentifier():
        return None
    made = definitions(here.scope, name, here.current, 1)
    asked = read_paths(asked_expression(here.current, here.call))
    outputs = [found for path in asked[:1] for found in definitions(here.scope, path.split(".")[0], here.current, 1)]
    if not made or not outputs or made[0][1].value is None:
        return None
    statement = outputs[0][0]
    given = [
        path for path in read_paths(made[0][1].value)
        if path != name and isinstance(resolve(path, here.variables)[0], torch.Tensor)
    ]  # fmt: skip
    shared = [path for path in given if path in read_paths(getattr(statement.node, "value", None))]
    if len(shared) != 1 or made[0][0].place > statement.place or hasattr(statement.node, "body"):
        return None
    node = ast.parse(ast.unparse(statement.node)).body[0]
    text = ast.unparse(ast.fix_missing_locations(_Renamed(shared[0], name).visit(node)))
    return f"# menggantikan {span(statement)}:\n{text}"


class _Renamed(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and dotted(node) == self.old and isinstance(getattr(node, "ctx", None), ast.Load):
            return ast.Name(self.new, ast.Load())
        return super().visit(node)
