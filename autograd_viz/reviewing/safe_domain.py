"""Obat bagi NaN dan Inf: operasi yang sama di baris yang sama, dengan masukan yang dijauhkan dari titik buruknya."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.recording.nonfinite import NonFinite

_SMALL = {"float16": "1e-3", "bfloat16": "1e-2"}  # what still differs from zero when it is added to one
_LARGE = {"float16": "10", "float64": "700"}  # of what exp still gives a finite number
_LIBRARY = ("torch", "F", "torch.special", "torch.linalg", "torch.nn.functional", "nn.functional")
_PYTHON = ("math", "np", "numpy")
_NUMBERS = ("len", "int", "float", "item", "size", "numel")


class Guard(NamedTuple):
    """Satu keluarga operasi: nama-nama pemanggilannya, apa yang buruk di sana, dan batas yang ditulis di masukannya."""

    names: tuple[str, ...]
    why: str
    bounds: str


_POSITIVE = "min={small}"
_INSIDE = "-1 + {small}, 1 - {small}"
_ZERO = "di 0 turunannya tidak terhingga"
_POLE = "di 0 nilainya tidak terhingga"
_ENDS = "di -1 dan 1 turunannya tidak terhingga"
_OVER = "masukan yang besar meluap menjadi Inf"
GUARDS = {
    "sqrt": Guard(("sqrt",), _ZERO, _POSITIVE),
    "rsqrt": Guard(("rsqrt",), _POLE, _POSITIVE),
    "log": Guard(("log",), _POLE, _POSITIVE),
    "log2": Guard(("log2",), _POLE, _POSITIVE),
    "log10": Guard(("log10",), _POLE, _POSITIVE),
    "log1p": Guard(("log1p",), "di -1 nilainya tidak terhingga", "min=-1 + {small}"),
    "logit": Guard(("logit",), "di 0 dan 1 nilainya tidak terhingga", "{small}, 1 - {small}"),
    "acos": Guard(("acos", "arccos"), _ENDS, _INSIDE),
    "asin": Guard(("asin", "arcsin"), _ENDS, _INSIDE),
    "atanh": Guard(("atanh", "arctanh"), "di -1 dan 1 nilainya tidak terhingga", _INSIDE),
    "erfinv": Guard(("erfinv",), "di -1 dan 1 nilainya tidak terhingga", _INSIDE),
    "specialerfinv": Guard(("erfinv",), "di -1 dan 1 nilainya tidak terhingga", _INSIDE),
    "acosh": Guard(("acosh", "arccosh"), "di 1 turunannya tidak terhingga", "min=1 + {small}"),
    "xlogy": Guard(("xlogy",), _POLE, _POSITIVE),
    "exp": Guard(("exp",), _OVER, "max={large}"),
    "exp2": Guard(("exp2",), _OVER, "max={large}"),
    "expm1": Guard(("expm1",), _OVER, "max={large}"),
    "cosh": Guard(("cosh",), _OVER, "-{large}, {large}"),
    "sinh": Guard(("sinh",), _OVER, "-{large}, {large}"),
    "specialentr": Guard(("entr",), _ZERO, _POSITIVE),
    "lgamma": Guard(("lgamma",), _POLE, _POSITIVE),
    "pow": Guard(("pow", "float_power"), _ZERO, _POSITIVE),
    "div": Guard(("div", "divide", "true_divide"), "pembagi 0", _POSITIVE),
    "reciprocal": Guard(("reciprocal",), "pembagi 0", _POSITIVE),
}  # fmt: skip
_SECOND = ("div", "xlogy")  # the argument that decides stands second
_SIGNED = ("div", "reciprocal", "pow")  # may be negative, and only zero is bad
_ALIKE = {
    "exp": "# softmax, log_softmax, logsumexp, dan softplus menghitungnya tanpa meluap",
    "log": "# log dari softmax atau sigmoid: pakai log_softmax atau logsigmoid",
}


def mend_of(origin: NonFinite) -> str:
    """Obat bagi asal NaN atau Inf: baris itu sendiri dengan operasi yang sama, atau petunjuk bila tidak dapat disusun.

    >>> from autograd_viz.graph import Value
    >>> line = "return d.pow(2).sum(-1).sqrt()"
    >>> bad = NonFinite(0, "SqrtBackward0", "mundur", "NaN", "", Value((), "float32"), line=line)
    >>> print(mend_of(bad).splitlines()[-1])
    return d.pow(2).sum(-1).clamp(min=1e-6).sqrt()
    """
    word, operation, _ = origin.op.partition("Backward")
    if not operation:
        return _not_an_operation(origin)
    stem = word.lower()
    guard = GUARDS.get(stem)
    if guard is None:
        return _HINTS.get(stem, _OTHER)
    change = _Guarded(origin, stem, guard)
    line = _rewritten(origin.line or "", change)
    why = f"# {guard.why}, jadi masukannya dijauhkan dari sana; operasinya tetap"
    if not line:
        what = "pembaginya" if guard.why == "pembagi 0" else f"masukan {guard.names[0]}"
        return f"{why}:\n# {what} menjadi ....clamp({change.bounds})"
    notes = [why + ":"]
    if origin.phase == "mundur":
        notes.append("# (topeng atau where sesudah operasi itu tidak menolong: 0 dikali tak hingga adalah NaN)")
    notes += [_ALIKE[stem]] if stem in _ALIKE else []
    return "\n".join([*notes, line])


_OTHER = (
    "# periksa masukan operasi itu: baris yang seluruhnya -inf, pembagi 0, unsur yang tidak ada, atau angka yang\n"
    "# sudah dekat batas jenis bilangannya; perkecil skala data, bobot awal, atau learning rate bila perlu"
)


_ALONE = (
    "# simpangan dari satu unsur dengan pembagi N - 1 adalah 0/0: hitunglah atas lebih dari satu unsur, atau\n"
    "# tulis correction=0 di dalam panggilannya"
)
_MASKED = "# baris yang seluruhnya -inf tidak punya softmax: sisakan sedikitnya satu unsur di setiap baris topengnya"
_HINTS = {"std": _ALONE, "var": _ALONE, "stdmean": _ALONE, "varmean": _ALONE, "softmax": _MASKED, "logsoftmax": _MASKED}


def _not_an_operation(origin: NonFinite) -> str:
    if origin.op == "AccumulateGrad" and origin.phase == "maju":
        name = origin.name or "tensor"
        return (
            f"# {origin.kind} itu sudah ada sebelum rekaman ini. Bila {name} data, bersihkan datanya;\n"
            "# bila ia parameter, rekam langkah-langkah yang lebih awal, sampai langkah pertama yang merusaknya ikut"
        )
    return "# perkecil learning rate, atau batasi gradien sebelum step() dengan torch.nn.utils.clip_grad_norm_"


def _rewritten(line: str, change: _Guarded) -> str:
    """The statement with the operation guarded; empty where the operation does not stand in it."""
    try:
        tree = ast.parse(dedent(line).strip())
    except (SyntaxError, ValueError):  # the head of a block
        return ""
    several = change.stem in ("div", "reciprocal") and _divisions(tree) > 1
    new = ast.unparse(ast.fix_missing_locations(change.visit(tree)))
    return new.replace("1e-06", "1e-6") if change.done and not several else ""


def _divisions(tree: ast.AST) -> int:
    """How many divisors in it may be tensors: of several nobody knows which one was zero, or no tensor."""
    divisors = [node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    return sum(not _is_number(one) for one in divisors)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Call) and _word(node) in _NUMBERS)


class _Guarded(ast.NodeTransformer):
    """Every operation of this kind in a statement, with its input kept away from where it is bad."""

    def __init__(self, origin: NonFinite, stem: str, guard: Guard) -> None:
        dtype = origin.result.dtype
        self.small, large = _SMALL.get(dtype, "1e-6"), _LARGE.get(dtype, "80")
        self.bounds = guard.bounds.format(small=self.small, large=large)
        self.stem, self.names, self.done = stem, guard.names, False
        self.tensor = stem != "div" or len(origin.inputs) > 1  # else it is divided by a number of Python
        at = 1 if stem in _SECOND and len(origin.inputs) > 1 else 0
        given = origin.inputs[at] if len(origin.inputs) > at else None
        lows = [] if given is None else [given.low] if given.numbers is None else list(given.numbers)
        self.negative = stem in _SIGNED and any(isinstance(one, (int, float)) and one < 0 for one in lows)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if _word(node).rstrip("_") not in self.names or (owner is not None and ast.unparse(owner) in _PYTHON):
            return node
        method = owner is not None and ast.unparse(owner) not in _LIBRARY
        at = (1 if self.stem in _SECOND else 0) - method
        if at < 0 and isinstance(node.func, ast.Attribute):
            node.func.value = self._safe(node.func.value)
        elif at < len(node.args):
            node.args[at] = self._safe(node.args[at])
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if self.stem in ("div", "reciprocal") and isinstance(node.op, ast.Div) and self.tensor:
            node.right = self._safe(node.right)
        elif self.stem == "pow" and isinstance(node.op, ast.Pow) and _below_one(node.right):
            node.left = self._safe(node.left)
        return node

    def _safe(self, operand: ast.expr) -> ast.expr:
        if _is_number(operand):
            return operand
        self.done = True
        text = ast.unparse(operand)
        if self.negative:
            return _expression(f"torch.where(({text}).abs() < {self.small}, {self.small}, {text})")
        return _expression(f"({text}).clamp({self.bounds})")


def _below_one(exponent: ast.expr) -> bool:
    return not (isinstance(exponent, ast.Constant) and isinstance(exponent.value, (int, float)) and exponent.value >= 1)


def _word(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
