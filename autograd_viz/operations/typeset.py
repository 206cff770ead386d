"""Rumus ditulis dengan lambang matematika: dua kali x menjadi 2x, pangkat naik, cabang yang sudah pasti dipilih."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from autograd_viz.operations.formula import COMPARE, MATH, compute, parse
from autograd_viz.operations.notation import CALL, NAME, PRODUCT, SUM, enclose, number_text, superscript

GLYPHS = {"sqrt": "√", "sigmoid": "σ", "digamma": "ψ", "inf": "∞", "pi": "π"}


def show(
    text: str,
    labels: Mapping[str, str] | None = None,
    numbers: Mapping[str, float] | None = None,
    values: Mapping[str, float] | None = None,
) -> str:
    """Menulis rumus dengan lambang; nama di `numbers` dilebur, nama di `labels` diganti tulisannya.

    Bila `values` diberikan, cabang `bila … selain itu …` dipilih menurut nilai itu.

    Galat: ValueError bila rumus tidak dapat dibaca.

    >>> show("n * a ** (n - 1)")
    'n·aⁿ⁻¹'
    >>> show("n * a ** (n - 1)", {"a": "x"}, {"n": 2})
    '2x'
    >>> show("n * a ** (n - 1)", {"a": "3"}, {"n": 2})
    '2 × 3'
    """
    return _show(_simplify(parse(text), numbers or {}, values or {}), labels or {})


def has_cases(text: str, numbers: Mapping[str, float] | None = None) -> bool:
    """Apakah rumus masih bercabang sesudah nama di `numbers` dilebur.

    >>> has_cases("1 if a > 0 else n", {"n": 0}), has_cases("a if n > 0 else 0", {"n": 1})
    (True, False)
    """
    return any(isinstance(part, ast.IfExp) for part in ast.walk(_simplify(parse(text), numbers or {}, {})))


def _simplify(tree: ast.expr, numbers: Mapping[str, float], values: Mapping[str, float]) -> ast.expr:
    """Put the numbers in, fold what is constant, drop · 1, + 0 and powers 0 and 1, take the branch that is decided."""

    def simple(part: ast.expr) -> ast.expr:
        return _simplify(part, numbers, values)

    match tree:
        case ast.Name() if tree.id in numbers:
            return ast.Constant(numbers[tree.id])
        case ast.UnaryOp():
            match simple(tree.operand):
                case ast.Constant(value=int() | float() as number):
                    return ast.Constant(-number)
                case inner:
                    return ast.UnaryOp(tree.op, inner)
        case ast.Call(func=ast.Name(id=name)):
            parts = [simple(part) for part in tree.args]
            called = ast.Call(tree.func, parts, [])
            return _decided(called, parts, values) if name == "equals" else called
        case ast.Compare():
            sides = [simple(side) for side in (tree.left, *tree.comparators)]
            return _decided(ast.Compare(sides[0], tree.ops, sides[1:]), sides, values)
        case ast.IfExp():
            test = simple(tree.test)
            if isinstance(test, ast.Constant):
                return simple(tree.body if test.value else tree.orelse)
            return ast.IfExp(test, simple(tree.body), simple(tree.orelse))
        case ast.BinOp():
            left, right = simple(tree.left), simple(tree.right)
            if _number(left) and _number(right) and not isinstance(tree.op, ast.Div):
                return ast.Constant(compute(ast.BinOp(left, tree.op, right), {}, MATH))
            return _reduce(left, tree.op, right)
    return tree


def _decided(test: ast.expr, parts: Sequence[ast.expr], values: Mapping[str, float]) -> ast.expr:
    """True or False, where the values tell."""
    needed = {name.id for part in parts for name in ast.walk(part) if isinstance(name, ast.Name)}
    return ast.Constant(compute(test, values, MATH)) if needed <= values.keys() else test


def _number(tree: ast.expr, value: float | None = None) -> bool:
    return isinstance(tree, ast.Constant) and (value is None or tree.value == value)


def _reduce(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    match op:
        case ast.Mult() if _number(left, 0) or _number(right, 0):
            return ast.Constant(0)
        case ast.Mult() if _number(left, 1):
            return right
        case ast.Add() if _number(left, 0):
            return right
        case ast.Pow() if _number(right, 0):
            return ast.Constant(1)
        case ast.Mult() | ast.Div() | ast.Pow() if _number(right, 1):
            return left
        case ast.Add() | ast.Sub() if _number(right, 0):
            return left
    return ast.BinOp(left, op, right)


def _show(tree: ast.expr, labels: Mapping[str, str]) -> str:
    def text(part: ast.expr) -> str:
        return _show(part, labels)

    match tree:
        case ast.Constant(value=int() | float() as number):
            return number_text(number)
        case ast.Name():
            return labels.get(tree.id, GLYPHS.get(tree.id, tree.id))
        case ast.UnaryOp():
            return "−" + enclose(text(tree.operand), CALL)
        case ast.Compare():
            signs = [COMPARE[type(op)][0] for op in tree.ops]
            return text(tree.left) + "".join(f" {s} {text(c)}" for s, c in zip(signs, tree.comparators, strict=True))
        case ast.IfExp():
            rest = text(tree.orelse)
            return f"{text(tree.body)} bila {text(tree.test)}, " + (rest if " bila " in rest else f"selain itu {rest}")
        case ast.Call(func=ast.Name(id="equals")):
            return " atau ".join(f"{text(tree.args[0])} = {text(other)}" for other in tree.args[1:])
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, text(tree.args[0]))
        case ast.BinOp(op=ast.Pow()):
            return _raise(tree, text)
        case ast.BinOp():
            return _join(tree.op, text(tree.left), text(tree.right))
    raise ValueError(f"Bagian rumus {type(tree).__name__} tidak dapat ditulis.")


def _call(name: str, inner: str, power: str = "") -> str:
    if name == "abs":
        return f"|{inner}|"
    if name == "exp":
        return "e" + superscript(inner) if not superscript(inner).startswith("^") else f"exp({inner})"
    glyph = GLYPHS.get(name, name) + power
    if name == "sqrt":
        return glyph + enclose(inner, NAME)
    wrapped = enclose(inner, NAME)
    return f"{glyph} {inner}" if wrapped == inner and name.isascii() and name not in GLYPHS else f"{glyph}({inner})"


def _raise(tree: ast.BinOp, text: Callable[[ast.expr], str]) -> str:
    power = superscript(text(tree.right))
    if isinstance(tree.left, ast.Call) and isinstance(tree.left.func, ast.Name) and not power.startswith(("^", "⁻")):
        if tree.left.func.id not in ("abs", "exp", "sqrt"):
            return _call(tree.left.func.id, text(tree.left.args[0]), power)
    return enclose(text(tree.left), NAME) + power


def _join(op: ast.operator, left: str, right: str) -> str:
    if isinstance(op, (ast.Add, ast.Sub)):
        sign = " + " if isinstance(op, ast.Add) else " − "
        tight = isinstance(op, ast.Sub) or right.startswith(("−", "-"))
        return enclose(left, SUM) + sign + enclose(right, PRODUCT if tight else SUM)
    negative = left.startswith("−")
    left, right = "−" * negative + enclose(left[negative:], PRODUCT), enclose(right, CALL)
    if isinstance(op, ast.Mult) and "/" in left:  # 2/√π·a would read as 2/(√π·a)
        left = enclose(left, CALL)
    if isinstance(op, ast.Div):
        return f"{left} / {right}" if " " in left + right else f"{left}/{right}"
    if re.match(r"\d|\(−[\d.]+\)", right):
        return f"{left} × {right}"
    plain = left.replace(".", "").isdigit() and (right[0] == "√" or len(right.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")) == 1)
    return left + right if plain else f"{left}·{right}"
