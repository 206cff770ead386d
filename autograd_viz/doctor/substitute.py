"""Kode yang sama dengan ungkapan lain di tempat sebuah nama atau ungkapan."""

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


def with_nodes(node: ast.stmt, new: Mapping[int, str]) -> str:
    """Teks pernyataan ini dengan ungkapan-ungkapan yang `id()`-nya ada di `new` diganti; pohonnya sendiri tetap.

    >>> line = ast.parse("s = (h, c)").body[0]
    >>> with_nodes(line, {id(line.value.elts[1]): "c.detach()"})
    's = (h, c.detach())'
    """
    copy = ast.parse(ast.unparse(node)).body[0]
    pairs = zip(ast.walk(node), ast.walk(copy), strict=True)
    marked = {id(there): text for here, there in pairs if (text := new.get(id(here))) is not None}
    changed = ast.fix_missing_locations(_Nodes(marked).visit(copy))
    if isinstance(changed, ast.Return) and isinstance(changed.value, ast.Tuple) and changed.value.elts[1:]:
        return f"return {', '.join(map(ast.unparse, changed.value.elts))}"  # as it is usually written
    return ast.unparse(changed)


class _Nodes(ast.NodeTransformer):
    def __init__(self, new: Mapping[int, str]) -> None:
        self.new = new

    def visit(self, node: ast.AST) -> ast.AST:
        text = self.new.get(id(node))
        return ast.parse(text, mode="eval").body if text is not None else super().visit(node)
