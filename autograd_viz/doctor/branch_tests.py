"""Syarat sebuah `if` sebagai topeng tensor, dan cabang yang tetap berhingga bila dihitung untuk semua contoh."""

from __future__ import annotations

import ast

from autograd_viz.doctor.expressions import dotted, read_paths
from autograd_viz.doctor.findings import called

_MASKS = ("any", "all", "isnan", "isinf", "isfinite", "isclose", "equal", "logical_and", "logical_or", "logical_not",
          "lt", "gt", "le", "ge", "eq", "ne", "bool")  # fmt: skip
_DANGEROUS = ("log", "sqrt", "rsqrt", "reciprocal", "log2", "log10", "acos", "asin", "atanh", "acosh", "log1p", "pow")


def as_mask(test: ast.expr) -> str:
    """Syarat yang sama untuk setiap contoh: `and` menjadi `&`, `not` menjadi `~`.

    >>> as_mask(ast.parse("0 < x < 1 and not y > 2", mode="eval").body)
    '((0 < x) & (x < 1)) & (~(y > 2))'
    """
    if isinstance(test, ast.BoolOp):
        sign = " & " if isinstance(test.op, ast.And) else " | "
        return sign.join(f"({as_mask(one)})" for one in test.values)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return f"~({as_mask(test.operand)})"
    if isinstance(test, ast.Compare):
        sides = [test.left, *test.comparators]
        parts = [
            ast.unparse(ast.Compare(left, [sign], [right])) for left, sign, right in zip(sides, test.ops, sides[1:])
        ]
        return parts[0] if len(parts) == 1 else " & ".join(f"({one})" for one in parts)
    if isinstance(test, ast.Call) and called(test) in _MASKS:
        inner = test.args[0] if called(test) == "bool" and isinstance(test.func, ast.Name) and test.args else None
        return as_mask(inner) if inner is not None else ast.unparse(test)
    return f"({ast.unparse(test)}) != 0"


def risky(branch: ast.expr) -> bool:
    """Apakah cabang ini dapat menjadi nan atau inf di contoh yang tidak memilihnya.

    >>> risky(ast.parse("x.log()", mode="eval").body), risky(ast.parse("x / 2", mode="eval").body)
    (True, False)
    """
    found = [_danger(node) for node in ast.walk(branch) if isinstance(node, ast.expr)]
    return any(one is not None and not (isinstance(one, ast.Call) and called(one) == "where") for one in found)


def _danger(node: ast.expr) -> ast.expr | None:
    """What must not be zero or negative there."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return node.right if read_paths(node.right) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int) and node.right.value >= 0
        return None if whole else node.left
    if isinstance(node, ast.Call) and called(node) in _DANGEROUS:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and dotted(owner) not in ("torch", "math"):
            return owner
        return node.args[0] if node.args else None
    return None


def safely(test: ast.expr, first: ast.expr, second: ast.expr) -> tuple[str, str]:
    """Kedua cabang sebagai teks; yang berbahaya hanya bagi nama yang diperiksa menerima nilai aman di contoh lain.

    >>> safely(*(ast.parse(text, mode="eval").body for text in ("x > 0", "x.log()", "0 * x")))
    ('torch.where(x > 0, x, torch.ones_like(x)).log()', '0 * x')
    """
    mask = as_mask(test)
    return _safe(test, first, mask, ""), _safe(test, second, mask, "~")


def _safe(test: ast.expr, branch: ast.expr, mask: str, inverse: str) -> str:
    dangers = [one for node in ast.walk(branch) if isinstance(node, ast.expr) and (one := _danger(node)) is not None]
    names = {ast.unparse(one) for one in dangers}
    name = next(iter(names), "")
    if len(names) != 1 or name not in read_paths(test) or any(dotted(one) is None for one in dangers):
        return ast.unparse(branch)
    pair = f"torch.ones_like({name}), {name}" if inverse else f"{name}, torch.ones_like({name})"
    safe = ast.parse(f"torch.where({mask}, {pair})", mode="eval").body

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            here = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and dotted(node) == name
            return safe if here else super().visit(node)

    return ast.unparse(ast.fix_missing_locations(Swap().visit(ast.parse(ast.unparse(branch), mode="eval").body)))
