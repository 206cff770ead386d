"""Rumus turunan lokal sebagai teks: dibaca dan dihitung tanpa `eval`.

Sebuah rumus memakai sintaks Python yang sempit: bilangan, nama, + − * / **, perbandingan, `x if syarat else y`,
dan fungsi dari tabel `MATH`. Satu rumus yang sama ditampilkan kepada pembaca (modul `typeset`), dihitung dengan
angka, dan diuji terhadap autograd, sehingga ketiganya tidak dapat berselisih.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any


def _guard(function: Callable[[float], float], at_pole: float = math.nan) -> Callable[[float], float]:
    """IEEE answers where math raises: torch returns inf or nan there."""

    def guarded(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.inf
        except ValueError:
            return at_pole if x == 0 else math.nan

    return guarded


MATH: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "acosh": _guard(math.acosh),
    "cos": _guard(math.cos),
    "cosh": lambda x: math.inf if abs(x) > 710 else math.cosh(x),
    "digamma": lambda x: _digamma(x),
    "equals": lambda x, *others: any(x == other for other in others),
    "erf": math.erf,
    "exp": _guard(math.exp),
    "ln": _guard(math.log, -math.inf),
    "sgn": lambda x: math.nan if x != x else float((x > 0) - (x < 0)),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
    "sin": _guard(math.sin),
    "sinh": lambda x: math.copysign(math.inf, x) if abs(x) > 710 else math.sinh(x),
    "sqrt": _guard(math.sqrt),
    "tan": _guard(math.tan),
    "tanh": math.tanh,
    "trunc": lambda x: float(math.trunc(x)) if math.isfinite(x) else x,
    "floor": lambda x: float(math.floor(x)) if math.isfinite(x) else x,
}
CONSTANTS = {"inf": math.inf, "pi": math.pi}
COMPARE = {
    ast.Gt: (">", operator.gt), ast.GtE: ("≥", operator.ge), ast.Lt: ("<", operator.lt),
    ast.LtE: ("≤", operator.le), ast.Eq: ("=", operator.eq), ast.NotEq: ("≠", operator.ne),
}  # fmt: skip


def _digamma(x: float) -> float:
    if x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.nan
    if x < 0:
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    shift = 0.0
    while x < 10:
        shift, x = shift - 1 / x, x + 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return shift + math.log(x) - 0.5 / x - series


def _divide(x: Any, y: Any) -> Any:
    try:
        return x / y
    except ZeroDivisionError:
        return math.nan if x == 0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)


def _power(x: Any, y: Any) -> Any:
    try:
        result = x**y
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return math.inf
    return math.nan if isinstance(result, complex) else result


_BINARY: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: _divide, ast.Pow: _power,
}  # fmt: skip


@cache
def parse(text: str) -> ast.expr:
    """Membaca satu rumus menjadi pohon sintaks.

    Galat: ValueError bila rumus memuat sesuatu di luar sintaks modul ini.

    >>> type(parse("2 * a")).__name__
    'BinOp'
    """
    tree = ast.parse(text, mode="eval").body
    allowed = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Compare, ast.IfExp, ast.Name, ast.Load, ast.Constant, ast.Call)
    for part in ast.walk(tree):
        known = isinstance(part, (*allowed, *_BINARY, *COMPARE))
        if isinstance(part, ast.Call):
            known = isinstance(part.func, ast.Name) and part.func.id in MATH and not part.keywords
        if not known:
            raise ValueError(
                f"Rumus '{text}' memuat {type(part).__name__}, yang tidak dikenal. "
                f"Pakai bilangan, nama, + - * / **, perbandingan, if-else, atau fungsi {', '.join(sorted(MATH))}."
            )
    return tree


def names(text: str) -> frozenset[str]:
    """Nama-nama yang nilainya dibutuhkan sebuah rumus.

    >>> sorted(names("n * sin(a) * pi"))
    ['a', 'n']
    """
    tree = parse(text)
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    found = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in called}
    return frozenset(found - CONSTANTS.keys())


@cache
def without(text: str, absent: frozenset[str]) -> str:
    """Rumus tanpa batas yang tidak ada: nama di `absent` dihapus dari perbandingan dan dari `equals`.

    >>> without("1 if min < a < max else 2 if equals(a, min, max) else 0", frozenset({"max"}))
    '1 if min < a else 2 if equals(a, min) else 0'
    """
    return ast.unparse(_Unbounded(absent).visit(ast.parse(text, mode="eval")))


class _Unbounded(ast.NodeTransformer):
    def __init__(self, absent: frozenset[str]) -> None:
        self.absent = absent

    def _there(self, part: ast.expr) -> bool:
        return not (isinstance(part, ast.Name) and part.id in self.absent)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        first = 0 if self._there(node.left) else 1
        last = len(node.comparators) if self._there(node.comparators[-1]) else len(node.comparators) - 1
        sides = [node.left, *node.comparators][first : last + 1]
        return ast.Compare(sides[0], node.ops[first:last], sides[1:]) if len(sides) > 1 else ast.Constant(True)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return ast.Call(node.func, [part for part in node.args if self._there(part)], [])


def evaluate(text: str, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] = MATH) -> Any:
    """Menghitung rumus dengan nilai-nilai yang diberikan; pembagian dengan nol menghasilkan inf atau nan.

    Galat: KeyError bila sebuah nama dalam rumus tidak ada di `values`.

    >>> evaluate("n * a ** (n - 1)", {"a": 3.0, "n": 2.0})
    6.0
    """
    return compute(parse(text), values, functions)


def compute(tree: ast.expr, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Menghitung pohon sintaks hasil `parse`."""

    def value(part: ast.expr) -> Any:
        return compute(part, values, functions)

    match tree:
        case ast.Constant():
            return tree.value
        case ast.Name():
            return CONSTANTS[tree.id] if tree.id in CONSTANTS else values[tree.id]
        case ast.UnaryOp():
            return -value(tree.operand)
        case ast.BinOp():
            return _BINARY[type(tree.op)](value(tree.left), value(tree.right))
        case ast.Call(func=ast.Name(id=name)):
            return functions[name](*map(value, tree.args))
        case ast.Compare():
            sides = [value(side) for side in (tree.left, *tree.comparators)]
            holds = [COMPARE[type(op)][1](*pair) for op, pair in zip(tree.ops, pairwise(sides), strict=True)]
            return holds[0] if len(holds) == 1 else holds[0] & holds[1]
        case ast.IfExp():
            test = value(tree.test)
            if "where" in functions and not isinstance(test, bool):
                return functions["where"](test, value(tree.body), value(tree.orelse))
            return value(tree.body if test else tree.orelse)
    raise ValueError(f"Bagian rumus {type(tree).__name__} tidak dapat dihitung.")
