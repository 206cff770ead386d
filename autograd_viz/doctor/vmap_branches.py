"""`if` atas isi tensor di dalam `vmap`: kedua cabangnya dihitung, lalu dipilih per contoh, dengan nama pengguna."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_viz.doctor.branch_tests import as_mask, risky, safely
from autograd_viz.doctor.cuts import find_cuts, without
from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import begins, heads, read_paths, stores, within
from autograd_viz.doctor.findings import Finding, at, called, rows, span
from autograd_viz.doctor.source import Statement

_SIMPLE = (ast.Assign, ast.AugAssign)
_EITHER = {"max": ("maximum", "min"), "min": ("minimum", "max")}  # torch's name, and the bound of clamp()


class _Mend(NamedTuple):
    """What is written instead, in which lines, and the branches that are computed for all examples now."""

    text: str
    branches: tuple[ast.expr, ...]


def vmap_branch(evidence: Evidence) -> Iterator[Finding]:
    """Pernyataan yang memeriksa isi tensor, dan pernyataan yang sama dengan `torch.where`."""
    here = evidence.here
    if here is None or here.current is None:
        return
    current = here.current
    told = f"`{current.text}` di {at(current)} memilih jalan menurut isi tensor."
    mend = _whole_if(here, current) if isinstance(current.node, ast.If) else _in_statement(here.call, current)
    question = ""
    if mend is not None and any(risky(one) for one in mend.branches):
        question = "apakah cabang yang tak dipilih pun selalu berhingga? Kini keduanya dihitung di setiap contoh; " \
                   "nan atau inf di sana (log, akar, pembagian) membuat gradiennya nan, kecuali masukannya lebih " \
                   "dulu diberi nilai aman dengan torch.where."
    if isinstance(current.node, ast.While):
        told += " Banyaknya putaran pun berlainan untuk setiap contoh."
        mend = _counted(current.node, current)
    yield Finding(
        "where", told, {"line": current.text}, mend.text if mend is not None else _UNWRITTEN, forward=current, weight=4,
        example=mend is None or isinstance(current.node, ast.While), question=question,
    )  # fmt: skip


_UNWRITTEN = (
    "# hitung hasil kedua cabang lebih dulu, lalu pilih:\n"
    "# hasil = torch.where(syarat, hasil_bila_ya, hasil_bila_tidak)"
)


def vmap_number(evidence: Evidence) -> Iterator[Finding]:
    """Pernyataan yang mengambil bilangan dari tensor di dalam `vmap`, dan pernyataan yang sama tanpa itu."""
    here = evidence.here
    if here is None or here.current is None or isinstance(here.current.node, (ast.If, ast.While)):
        return
    current = here.current
    cut = next((one for head in heads(current.node) for one in find_cuts(head) if one.cause == "item"), None)
    if cut is None:
        return
    told = f"`{ast.unparse(cut.node)}` di {at(current)} meminta satu bilangan, padahal setiap contoh punya satu."
    mend = without(current.node, cut)
    words = {"tensor": ast.unparse(cut.operand), "line": current.text}
    yield Finding(
        "biarkan-tensor", told, words, f"# menggantikan {span(current)}:\n{mend}" if mend else None, forward=current,
        weight=4,
    )  # fmt: skip


def _in_statement(failing: ast.expr | None, current: Statement) -> _Mend | None:
    """`a if test else b`, max(a, b) and min(a, b) inside a statement."""
    for head in heads(current.node):
        for node in within(head):
            new: ast.expr | None = None
            branches: tuple[ast.expr, ...] = ()
            if isinstance(node, ast.IfExp) and (failing is None or _within(failing, node.test)):
                first, second = safely(node.test, node.body, node.orelse)
                new, branches = _expression(f"torch.where({as_mask(node.test)}, {first}, {second})"), (
                    _expression(first), _expression(second),
                )  # fmt: skip
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node is failing:
                new = _bounded(node)
            if new is not None:
                text = ast.unparse(current.node).replace(ast.unparse(node), ast.unparse(new))
                return _Mend(f"# menggantikan {span(current)}:\n{text}", branches)
    return None


def _within(failing: ast.expr, test: ast.expr) -> bool:
    """Whether it failed there: in the test, or in something that is no other conditional expression."""
    return any(node is failing for node in ast.walk(test)) or not isinstance(failing, ast.Call)


def _bounded(call: ast.Call) -> ast.expr | None:
    if called(call) not in _EITHER or len(call.args) != 2 or call.keywords:
        return None
    name, bound = _EITHER[called(call)]
    fixed = [one for one in call.args if isinstance(one, (ast.Constant, ast.UnaryOp))]
    others = [one for one in call.args if one not in fixed]
    if len(fixed) == 1:
        return _expression(f"({ast.unparse(others[0])}).clamp({bound}={ast.unparse(fixed[0])})")
    return _expression(f"torch.{name}({', '.join(map(ast.unparse, call.args))})")


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _whole_if(frame: UserFrame, current: Statement) -> _Mend | None:
    node = current.node
    assert isinstance(node, ast.If)
    if any(isinstance(one, ast.Return) for one in node.body):
        return _returning(frame, current, node)
    chosen = _assigned(node)
    if not chosen:
        return None
    lines, branches = [], []
    mask = as_mask(node.test)
    if len(chosen) > 1:
        lines, mask = [f"syarat = {mask}"], "syarat"
    for name, (first, second) in chosen.items():
        if name in (first, second) and not _exists(frame, current, name):
            return None
        one, other = safely(node.test, _expression(first), _expression(second)) if len(chosen) == 1 else (first, second)
        lines.append(f"{name} = torch.where({mask}, {one}, {other})")
        branches += [_expression(one), _expression(other)]
    head = f"# menggantikan {rows(node.lineno, node.end_lineno)}:\n"
    if current.text.startswith("elif"):
        lines = ["else:", *(f"    {line}" for line in lines)]
    return _Mend(head + "\n".join(lines), tuple(branches))


def _exists(frame: UserFrame, current: Statement, name: str) -> bool:
    before = frame.scope.statements[: current.place]
    return name in frame.scope.parameters or any(store.path == name for one in before for store in stores(one.node))


def _assigned(node: ast.If) -> dict[str, tuple[str, str]]:
    """What each name is given in the first branch and in the second; empty where it is more than plain assignments."""
    first = _values(node.body)
    second = _values(node.orelse)
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        inner = _assigned(node.orelse[0])
        test = as_mask(node.orelse[0].test)
        second = {name: f"torch.where({test}, {one}, {other})" for name, (one, other) in inner.items()} or None
    if first is None or second is None:
        return {}
    return {name: (first.get(name, name), second.get(name, name)) for name in (*first, *second)}


def _values(body: Sequence[ast.stmt]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for one in body:
        if isinstance(one, ast.Pass):
            continue
        if not isinstance(one, _SIMPLE):
            return None
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        target = targets[0]
        if len(targets) > 1 or not isinstance(target, ast.Name) or target.id in found:
            return None
        if any(begins(path, name) for path in read_paths(one.value) for name in found):
            return None
        before = ast.Name(target.id, ast.Load())
        value = one.value if isinstance(one, ast.Assign) else ast.BinOp(before, one.op, one.value)
        found[target.id] = ast.unparse(value)
    return found


def _returning(frame: UserFrame, current: Statement, node: ast.If) -> _Mend | None:
    """`if test: return a`, and what is returned otherwise: in its else, or by the statements below it."""
    first = _returned(node.body)
    if first is None:
        return None
    if node.orelse:
        second = _returned(node.orelse)
        if second is None and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            inner = node.orelse[0]
            parts = (_returned(inner.body), _returned(inner.orelse))
            if parts[0] is not None and parts[1] is not None:
                second = _chosen(inner.test, parts[0], parts[1])
        if second is None:
            return None
        text = _chosen(node.test, first, second)
        last = node.end_lineno
    else:
        below = [one for one in frame.scope.statements if one.place > current.place and one.blocks == current.blocks]
        rest = _below(below, node)
        if rest is None:
            return None
        text, last = _chosen(node.test, first, rest), below[-1].node.end_lineno
        if not all(isinstance(one.node, (ast.If, ast.Return)) for one in below):
            kept = below[-1]
            head = f"# hapus {rows(node.lineno, node.end_lineno)}; menggantikan {at(kept)}:\n"
            return _Mend(f"{head}return {ast.unparse(text)}", (first, rest))
    head = f"# menggantikan {rows(node.lineno, last)}:\n"
    return _Mend(f"{head}return {ast.unparse(text)}", (first, *_leaves(text)))


def _leaves(node: ast.expr) -> list[ast.expr]:
    return list(node.args[1:]) if isinstance(node, ast.Call) else []


def _chosen(test: ast.expr, first: ast.expr, second: ast.expr) -> ast.expr:
    one, other = safely(test, first, second)
    return _expression(f"torch.where({as_mask(test)}, {one}, {other})")


def _returned(body: Sequence[ast.stmt]) -> ast.expr | None:
    one = body[0] if len(body) == 1 else None
    if not isinstance(one, ast.Return) or one.value is None:
        return None
    plain = not isinstance(one.value, (ast.Tuple, ast.Dict, ast.List)) and ast.unparse(one.value) != "None"
    return one.value if plain else None


def _below(below: Sequence[Statement], node: ast.If) -> ast.expr | None:
    """What the statements below return, if the branch can be computed there as well as here."""
    if not below or not isinstance(below[-1].node, ast.Return) or below[-1].node.value is None:
        return None
    if all(isinstance(one.node, (ast.If, ast.Return)) for one in below):
        result: ast.expr | None = _returned([below[-1].node])
        for one in reversed(below[:-1]):
            part = _returned(one.node.body) if isinstance(one.node, ast.If) and not one.node.orelse else None
            if part is None or result is None or not isinstance(one.node, ast.If):
                return None
            result = _chosen(one.node.test, part, result)
        return result
    if not all(isinstance(one.node, (*_SIMPLE, ast.Return)) for one in below):
        return None
    read = read_paths(node.test, *[one for one in node.body if isinstance(one, ast.Return)])
    written = [store.path for one in below for store in stores(one.node)]
    if any(begins(path, name) or begins(name, path) for path in read for name in written):
        return None
    return _returned([below[-1].node])


def _counted(node: ast.While, current: Statement) -> _Mend | None:
    """A loop with a fixed number of turns, in which only the examples that go on change."""
    values = _values(node.body)
    if not values:
        return None
    lines = [f"    {name} = torch.where(lanjut, {text}, {name})" for name, text in values.items()]
    head = f"# menggantikan {rows(node.lineno, node.end_lineno)}; banyaknya putaran Anda yang menentukan:\n"
    text = "\n".join(["for _ in range(paling_banyak):", f"    lanjut = {as_mask(node.test)}", *lines])
    return _Mend(head + text, ())

