"""Kode yang sama dengan ungkapan lain di tempat sebuah nama."""

from __future__ import annotations

import ast
from collections.abc import Mapping


def with_names(node: ast.stmt, names: Mapping[str, ast.expr]) -> ast.stmt:
    """Pernyataan ini dengan setiap nama bertitik di `names` diganti ungkapannya.

    >>> ast.unparse(with_names(ast.parse("opt.step()").body[0], {"opt": ast.parse("self.a", mode="eval").body}))
    'self.a.step()'
    """
    new = _Names(names).visit(ast.parse(ast.unparse(node)).body[0])
    return ast.parse(ast.unparse(ast.fix_missing_locations(new))).body[0]


class _Names(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.Name, ast.Attribute)) and (new := self.names.get(ast.unparse(node))) is not None:
            return new
        return super().visit(node)
