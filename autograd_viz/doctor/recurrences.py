"""Perulangan yang mengisi sebuah tensor baris demi baris, setiap baris dari baris sebelumnya: susunan yang sama."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import resolve
from autograd_viz.doctor.expressions import begins, read_paths
from autograd_viz.doctor.findings import at
from autograd_viz.doctor.source import Scope
from autograd_viz.doctor.writers import Write


class _Row(NamedTuple):
    """One row of a tensor, `h[t + 1]`: the name in its index and what is added to it."""

    name: str
    shift: int


def collected(write: Write, scope: Scope, held: Mapping[str, Any]) -> str:
    """Obat dengan daftar dan `torch.stack`, bila setiap baris dihitung dari baris sebelumnya; selain itu kosong.

    Hanya bila perulangannya terbukti mengisi semua baris sesudah yang pertama, satu kali dan berurutan.
    """
    node, loop = write.statement.node, write.statement.loops[-1] if write.statement.loops else None
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(loop, ast.For):
        return ""
    written = _row(node.targets[0], write.path)
    rows = [_row(one, write.path) for one in ast.walk(node.value) if _is_row(one, write.path)]
    if written is None or not rows or any(one != written._replace(shift=written.shift - 1) for one in rows):
        return ""
    others = [
        one for one in scope.inside(loop)
        if one.node is not node and any(begins(path, write.path) for path in read_paths(one.node))
    ]  # fmt: skip
    if others or len(write.statement.loops) != 1 or not _fills(write, written, loop, held):
        return ""

    class Last(ast.NodeTransformer):
        def visit_Subscript(self, inner: ast.Subscript) -> ast.AST:
            if ast.unparse(inner.value) != write.path:
                return self.generic_visit(inner)
            return ast.parse("bagian[-1]", mode="eval").body

    row = ast.unparse(Last().visit(ast.parse(ast.unparse(node.value), mode="eval")))
    return (
        "# kumpulkan hasil setiap putaran di daftar, lalu susun sekali:\n"
        f"bagian = [{write.path}[0]]  # sebelum perulangan\n"
        f"bagian.append({row})  # di dalamnya, menggantikan {at(write.statement)}\n"
        f"{write.path} = torch.stack(bagian)  # sesudah perulangan"
    )


def _is_row(node: ast.AST, path: str) -> bool:
    return isinstance(node, ast.Subscript) and ast.unparse(node.value) == path


def _row(node: ast.AST, path: str) -> _Row | None:
    if not isinstance(node, ast.Subscript) or ast.unparse(node.value) != path:
        return None
    index = node.slice
    if isinstance(index, ast.Name):
        return _Row(index.id, 0)
    if isinstance(index, ast.BinOp) and isinstance(index.left, ast.Name) and isinstance(index.right, ast.Constant):
        if isinstance(index.op, (ast.Add, ast.Sub)) and isinstance(index.right.value, int):
            return _Row(index.left.id, index.right.value * (1 if isinstance(index.op, ast.Add) else -1))
    return None


def _fills(write: Write, written: _Row, loop: ast.For, held: Mapping[str, Any]) -> bool:
    """Whether the loop, a plain range, wrote row 1, then 2, and so on up to the last."""
    call = loop.iter
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "range" and len(call.args) in (1, 2)):
        return False
    if not isinstance(loop.target, ast.Name) or loop.target.id != written.name or loop.orelse:
        return False
    first = ast.literal_eval(call.args[0]) if len(call.args) == 2 and isinstance(call.args[0], ast.Constant) else 0
    if len(call.args) == 2 and not isinstance(call.args[0], ast.Constant):
        return False
    last, tensor = held.get(written.name), resolve(write.path, held)[0]
    if not isinstance(tensor, torch.Tensor) or not isinstance(last, int) or tensor.dim() == 0:
        return False
    leaving = any(isinstance(one, (ast.Break, ast.Continue, ast.Return)) for one in ast.walk(loop))
    return first + written.shift == 1 and last + written.shift == tensor.shape[0] - 1 and not leaving
