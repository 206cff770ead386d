"""Operasi yang tidak punya turunan di jalan ke loss: perbandingan, indeks, bilangan bulat."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import behind, entries
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.routing import index_only
from autograd_viz.reviewing.written import function_name, parsed

CONVERTING = ("float", "double", "half", "bfloat16", "to", "type", "type_as", "long", "int", "bool", "byte")
CHOOSING = ("argmax", "argmin", "max", "min", "topk", "sort", "argsort", "multinomial", "long", "int", "bool", "to",
            "type", "bucketize", "searchsorted", "nonzero", "isclose", "gt", "ge", "lt", "le", "eq", "ne")  # fmt: skip


def no_derivative(facts: Facts) -> Iterator[Found]:
    """Parameter yang jalannya ke loss hanya lewat hasil operasi tanpa turunan."""
    if any(index_only(facts)):
        return
    for origin, (leaves, entry) in behind(facts, entries(facts, {"no_derivative"})).items():
        text = statement(facts.data.sources, origin.place)
        hard = _hard(text)
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: jalannya ke loss hanya "
            f"lewat {f'`{ast.unparse(hard)}`' if hard is not None else 'sebuah operasi'}, yang tidak punya turunan.",
            (
                f"graf terakhirnya sampai di {facts.line(origin.place)}, dan hasil baris itu tidak punya graf",
                f"hasil itu masuk ke {facts.line(facts.making[entry.node].place)} sebagai konstanta",
                f"{len(leaves)} parameter tidak pernah dicapai {len(facts.rounds)} backward",
            ),
            _straight_through(facts, origin.place, hard),
            origin.place,
        )
        return


def _hard(text: str | None) -> ast.expr | None:
    """The first comparison or choice that the statement writes."""
    tree = parsed(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and function_name(node) in CHOOSING[:9]):
            return node
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and function_name(node) in CHOOSING:
            return node
    return None


def _straight_through(facts: Facts, place: Place | None, hard: ast.expr | None) -> str:
    """The statement with the values of the hard result and the gradient of what it was made from."""
    tree = parsed(statement(facts.data.sources, place))
    soft = _soft(hard)
    if tree is None or hard is None or soft is None or place is None:
        return (
            "# pakai nilainya sendiri di loss (peluang, bukan ambang atau indeksnya);\n"
            "# ambang atau indeks hanya untuk laporan, di dalam torch.no_grad()"
        )
    name, up = soft
    whole = _converted(tree, hard)
    slope = f"{name} - {name}.detach()" if up else f"{name}.detach() - {name}"
    number = f"({ast.unparse(whole)}).float()" if ast.unparse(whole) == ast.unparse(hard) else ast.unparse(whole)
    sum_ = ast.parse(f"{number} + ({slope})", mode="eval").body
    mended = ast.unparse(_Put(ast.unparse(whole), sum_).visit(tree))
    return (
        f"{instead(facts, place, mended)}\n# maju tetap memakai ambangnya, mundur dilewatkan ke {name} "
        f"(straight-through);\n# atau pakai {name} sendiri di loss, dan ambangnya hanya untuk laporan"
    )


def _soft(hard: ast.expr | None) -> tuple[str, bool] | None:
    """What a comparison compares, and whether its result rises with it."""
    if not isinstance(hard, ast.Compare) or len(hard.ops) != 1:
        return None
    left, right, op = hard.left, hard.comparators[0], hard.ops[0]
    if isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        rising = isinstance(op, ast.Gt | ast.GtE)
        side, up = (right, not rising) if isinstance(left, ast.Constant) else (left, rising)
        code = ast.unparse(side)
        return (code if isinstance(side, ast.Name | ast.Attribute | ast.Call | ast.Subscript) else f"({code})", up)
    return None


def _converted(tree: ast.AST, hard: ast.expr) -> ast.expr:
    """The comparison with what turns it into numbers: `(a > b).float()`."""
    whole = hard
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and function_name(node) in CONVERTING and isinstance(node.func, ast.Attribute):
            inner = node.func.value
            while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
                inner = inner.func.value
            if inner is hard or ast.unparse(inner) == ast.unparse(hard):
                return node
    return whole


class _Put(ast.NodeTransformer):
    """One expression in place of another."""

    def __init__(self, old: str, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Mengganti ungkapan itu di mana pun ia berdiri."""
        if isinstance(node, ast.expr) and ast.unparse(node) == self.old:
            return self.new
        return super().visit(node)
