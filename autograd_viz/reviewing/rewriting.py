"""Satu pernyataan yang ditulis ulang: satu ungkapan di dalamnya diganti, sisanya tetap."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from autograd_viz.reviewing.written import function_name, parsed

COPIES = ("tensor", "as_tensor", "from_numpy")
_LIBRARIES = ("torch", "F", "nn.functional", "torch.nn.functional", "torch.special")


class _Rewriter(ast.NodeTransformer):
    def __init__(self, change: Callable[[ast.expr], ast.expr | None]) -> None:
        self.change, self.times = change, 0

    def visit(self, node: ast.AST) -> ast.AST:
        node = self.generic_visit(node)
        new = self.change(node) if isinstance(node, ast.expr) else None
        self.times += new is not None
        return node if new is None else new


def rewritten(text: str | None, change: Callable[[ast.expr], ast.expr | None], most: int = 1) -> str:
    """Pernyataan itu dengan ungkapan yang dikenal `change` diganti; kosong bila tidak ada, atau lebih dari `most`."""
    tree = parsed(text)
    if tree is None or len(tree.body) != 1:
        return ""
    rewriter = _Rewriter(change)
    new = ast.unparse(ast.fix_missing_locations(rewriter.visit(tree)))
    return new if 1 <= rewriter.times <= most else ""


def expression(text: str) -> ast.expr:
    """Sebuah ungkapan sebagai pohon."""
    return ast.parse(text, mode="eval").body


def put(text: str | None, old: str, new: str) -> str:
    """Pernyataan itu dengan setiap pembacaan `old` menjadi `new`; kosong bila `old` tidak dibaca di sana.

    >>> put("total += loss", "loss", "loss.detach()")
    'total += loss.detach()'
    """

    def change(node: ast.expr) -> ast.expr | None:
        if isinstance(getattr(node, "ctx", None), ast.Store) or ast.unparse(node) != old:
            return None
        return expression(new)

    return rewritten(text, change, most=9) if old else ""


class Added(NamedTuple):
    """Yang ditambahkan sebuah pernyataan kepada jumlah yang sudah ada: nama jumlahnya, dan yang ditambahkan."""

    target: str
    addend: ast.expr


def added(text: str | None) -> Added | None:
    """Jumlah berjalan di pernyataan itu; None bila ia tidak menambah.

    >>> one = added("self.s[k] = self.s.get(k, 0) + nilai * n")
    >>> one.target, ast.unparse(one.addend)
    ('self.s[k]', 'nilai * n')
    """
    tree = parsed(text)
    one = tree.body[0] if tree is not None and len(tree.body) == 1 else None
    if isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add):
        return Added(ast.unparse(one.target), one.value)
    if not isinstance(one, ast.Assign) or len(one.targets) != 1 or not isinstance(one.value, ast.BinOp):
        return None
    target, sides = one.targets[0], [one.value.left, one.value.right]
    base = ast.unparse(target.value if isinstance(target, ast.Subscript) else target)
    new = [side for side in sides if all(ast.unparse(node) != base for node in ast.walk(side))]
    return Added(ast.unparse(target), new[0]) if isinstance(one.value.op, ast.Add) and len(new) == 1 else None


def uncut(text: str | None, how: str) -> str:
    """Pernyataan itu tanpa pemotongnya: `detach`, `data`, `item`, atau salinan seperti `torch.tensor`.

    >>> uncut("h = encoder(x).detach()", "detach"), uncut("h = torch.tensor(f(x))", "tensor")
    ('h = encoder(x)', 'h = f(x)')
    """

    def change(node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Attribute) and how == node.attr == "data":
            return node.value
        if not isinstance(node, ast.Call) or function_name(node) != how:
            return None
        if how in COPIES:
            return node.args[0] if node.args else None
        return node.func.value if isinstance(node.func, ast.Attribute) and not node.args else None

    return rewritten(text, change)


def operand(node: ast.expr, names: tuple[str, ...]) -> ast.expr | None:
    """Masukan pertama panggilan salah satu fungsi atau metode itu; None bila bukan."""
    if not isinstance(node, ast.Call) or function_name(node) not in names:
        return None
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if owner is None or ast.unparse(owner) in _LIBRARIES:
        return node.args[0] if node.args else None
    return owner


def bare(text: str | None, names: tuple[str, ...]) -> str:
    """Pernyataan itu tanpa panggilan salah satu fungsi itu.

    >>> bare("return F.softmax(z, dim=1)", ("softmax",)), bare("loss(m(x).softmax(1), y)", ("softmax",))
    ('return z', 'loss(m(x), y)')
    """
    return rewritten(text, lambda node: operand(node, names))


def straight_through(text: str | None, names: tuple[str, ...]) -> str:
    """Pernyataan itu dengan panggilannya dihitung hanya saat maju, dan dilewati saat mundur.

    >>> straight_through("z = torch.round(x)", ("round",))
    'z = x + (torch.round(x) - x).detach()'
    >>> print(straight_through("return f(x).round()", ("round",)))
    halus = f(x)
    return halus + (halus.round() - halus).detach()
    """
    found: list[str] = []

    def change(node: ast.expr) -> ast.expr | None:
        inner = operand(node, names)
        if inner is None:
            return None
        given = ast.unparse(inner)
        if not isinstance(inner, ast.Name | ast.Attribute):  # what is computed is computed once
            found.append(f"halus = {given}\n")
        name = "halus" if found else given
        return expression(f"{name} + ({put(ast.unparse(node), given, name)} - {name}).detach()")

    new = rewritten(text, change)
    return new and "".join(found) + new
