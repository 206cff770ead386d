"""Operasi yang tidak punya turunan di jalan ke loss: perbandingan, indeks, bilangan bulat."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.chosen import softened, taken_by_index
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import Entry, behind, entries
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import expression, operand, rewritten
from autograd_viz.reviewing.routing import index_only
from autograd_viz.reviewing.written import assignments, function_name, parsed

CONVERTING = ("float", "double", "half", "bfloat16", "to", "type", "type_as", "long", "int", "bool", "byte")
_SUMS = tuple(f"{name}Backward{digit}" for name in ("Mul", "Add", "Sub", "Rsub", "Div") for digit in range(2))
CHOOSING = ("sample", "argmax", "argmin", "max", "min", "topk", "sort", "argsort", "multinomial", "long", "int", "bool",
            "to", "type", "bucketize", "searchsorted", "nonzero", "gt", "ge", "lt", "le", "eq", "ne")  # fmt: skip
LAST = ("(1)", "(-1)", "dim=1)", "dim=-1)", ", 1)", ", -1)")  # how a choice along the last axis is written


def no_derivative(facts: Facts) -> Iterator[Found]:
    """Parameter yang jalannya ke loss hanya lewat hasil operasi tanpa turunan."""
    if any(index_only(facts)):
        return
    for origin, (leaves, entry) in behind(facts, entries(facts, {"no_derivative"})).items():
        if switched(facts, origin.place):
            continue
        hard = _hard(statement(facts.data.sources, origin.place))
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: jalannya ke loss hanya "
            f"lewat {f'`{ast.unparse(hard)}`' if hard is not None else 'sebuah operasi'}, yang tidak punya turunan.",
            (
                f"graf terakhirnya sampai di {facts.line(origin.place)}, dan hasil baris itu tidak punya graf",
                f"hasil itu masuk ke {facts.line(facts.making[entry.node].place)} sebagai konstanta",
                f"{len(leaves)} parameter tidak pernah dicapai {len(facts.rounds)} backward",
            ),
            _straight_through(facts, origin.place, hard, entry),
            origin.place,
        )
        return


def _hard(text: str | None) -> ast.expr | None:
    """The first comparison or choice that the statement writes."""
    tree = parsed(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and function_name(node) in CHOOSING[:10]):
            return node
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and function_name(node) in CHOOSING:
            return node
    return None


def _straight_through(facts: Facts, place: Place | None, hard: ast.expr | None, entry: Entry) -> str:
    """The statement with the values of the hard result and the gradient of what it was made from."""
    text = statement(facts.data.sources, place)
    tree = parsed(text)
    soft = _soft(hard) or _one_hot(facts, tree)
    whole = _numeric(tree, hard) if tree is not None and hard is not None else None
    if place is None or tree is None or soft is None or whole is None:
        return (place is not None and hard is not None and _otherwise(facts, place, hard, entry)) or (
            f"# di {facts.line(place)}: pakai nilainya sendiri di loss (peluang, bukan ambang atau indeksnya);\n"
            "# ambang atau indeks hanya untuk laporan, di dalam torch.no_grad()"
        )
    name, up = soft.name, soft.rises
    number = ast.unparse(whole)
    head = ""
    if soft.made:  # what is computed is computed once
        head, number, name = f"halus = {soft.made}\n", number.replace(soft.name, "halus", 1), "halus"
    if function_name(whole) not in CONVERTING[:7] if isinstance(whole, ast.Call) else True:
        number = f"({number}).float()"
    slope = f"{name} - {name}.detach()" if up else f"{name}.detach() - {name}"
    sum_ = expression(f"{number} + ({slope})")
    mended = rewritten(text, lambda node: sum_ if ast.unparse(node) == ast.unparse(whole) else None)
    return (
        f"{instead(facts, place, head + mended)}\n# maju tetap memakai pilihannya, mundur dilewatkan ke {name} "
        f"(straight-through);\n# atau pakai {name} sendiri di loss, dan pilihannya hanya untuk laporan"
        if mended
        else f"# pakai {name} sendiri di loss, dan pilihannya hanya untuk laporan"
    )


def _otherwise(facts: Facts, place: Place, hard: ast.expr, entry: Entry) -> str:
    """An index that picks rows, whole numbers that are reckoned with, and a condition beside another one."""
    text, user = statement(facts.data.sources, place), entry.node
    if isinstance(hard, ast.Call) and function_name(hard) == "sample":
        return softened(facts, place, user, entry.later)
    shares = operand(hard, ("multinomial",))
    if shares is not None and "num_samples=1" in ast.unparse(hard).replace(", 1)", ", num_samples=1)"):
        drawn = f"torch.nn.functional.gumbel_softmax(torch.log({ast.unparse(shares)}), hard=True)"
        return taken_by_index(facts, place, drawn, user)
    scores = operand(hard, ("argmax",))
    if scores is not None and ast.unparse(hard).endswith(LAST):
        head = f"halus = {_bracketed(scores)}.softmax(-1)\n"
        pick = "torch.nn.functional.one_hot(halus.argmax(-1), halus.shape[-1])"
        new = taken_by_index(facts, place, f"(halus + ({pick} - halus).detach())", user)
        gone, _, rest = new.partition("\n")
        return f"{instead(facts, place, head.rstrip())}\n{rest}" if gone and rest else ""
    tree = parsed(text)
    one = tree.body[0] if tree is not None and len(tree.body) == 1 else None
    if not isinstance(one, ast.Assign) or not isinstance(one.targets[0], ast.Name) or facts.nodes[user].op not in _SUMS:
        return ""
    whole = operand(hard, ("long", "int")) if isinstance(hard, ast.Call) else None
    if whole is not None:
        inner, value = ast.unparse(whole), ast.unparse(one.value)
        number = value.replace(inner, "halus", 1)
        return instead(facts, place, f"halus = {inner}\n{one.targets[0].id} = halus + ({number} - halus).detach()")
    both, soft = one.value, _soft(hard)
    if isinstance(both, ast.BinOp) and isinstance(both.op, ast.BitAnd) and soft is not None:
        sides = [ast.unparse(both.left), ast.unparse(both.right)]
        if ast.unparse(hard) in sides:
            other = sides[1 - sides.index(ast.unparse(hard))]
            slope = "halus - halus.detach()" if soft.rises else "halus.detach() - halus"
            number = ast.unparse(both).replace(soft.name, "halus", 1)
            new = f"{one.targets[0].id} = ({number}).float() + ({slope}) * ({other})"
            return instead(facts, place, f"halus = {soft.name}\n{new}")
    return ""


class Soft(NamedTuple):
    """Yang dipilih darinya: namanya di pernyataan itu, apakah hasilnya naik bersamanya, dan hitungannya bila baru."""

    name: str
    rises: bool
    made: str = ""


def _soft(hard: ast.expr | None) -> Soft | None:
    """What a comparison compares, and whether its result rises with it."""
    if not isinstance(hard, ast.Compare) or len(hard.ops) != 1:
        return None
    left, right, op = hard.left, hard.comparators[0], hard.ops[0]
    if not isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        return None
    rising = isinstance(op, ast.Gt | ast.GtE)
    side, up = (right, not rising) if isinstance(left, ast.Constant) else (left, rising)
    code = ast.unparse(side)
    return Soft(code, up, "" if isinstance(side, ast.Name | ast.Attribute) else code)


def _one_hot(facts: Facts, tree: ast.Module | None) -> Soft | None:
    """The scores of `one_hot(scores.argmax(-1), n)`, as shares that add up to one."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and function_name(node) == "one_hot" and node.args:
            scores = operand(node.args[0], ("argmax",))
            if scores is not None and ast.unparse(node.args[0]).endswith(LAST):
                code = ast.unparse(scores)
                made = [ast.unparse(one.value) for one in assignments(facts.data.sources) if one.name == code]
                shares = any("softmax" in text for text in (code, *made))
                return Soft(code, True, "" if shares and isinstance(scores, ast.Name) else
                            code if shares else f"{_bracketed(scores)}.softmax(-1)")
    return None


def _bracketed(value: ast.expr) -> str:
    plain = isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return ast.unparse(value) if plain else f"({ast.unparse(value)})"


def _numeric(tree: ast.AST, hard: ast.expr) -> ast.expr | None:
    """The choice with what turns it into numbers, `(a > b).float()`; None where it stays a mask or an index."""
    parents = {ast.unparse(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
               if isinstance(child, ast.expr)}  # fmt: skip
    whole: ast.expr = hard
    while True:
        parent = parents.get(ast.unparse(whole))
        above = parents.get(ast.unparse(parent)) if isinstance(parent, ast.Attribute) else None
        if isinstance(above, ast.Call) and function_name(above) in CONVERTING[:7]:
            whole = above
        elif isinstance(parent, ast.Call) and function_name(parent) == "one_hot":
            whole = parent
        else:
            break
    parent = parents.get(ast.unparse(whole))
    arithmetic = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Sub | ast.Mult | ast.Div)
    converted = whole is not hard and isinstance(parent, ast.stmt | ast.BinOp | ast.Call | ast.Tuple)
    return whole if arithmetic or converted else None
