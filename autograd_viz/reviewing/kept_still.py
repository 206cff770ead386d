"""Langkah yang ditulis sendiri tetapi tidak sampai ke parameternya: `p = p - lr * p.grad` hanya memindahkan nama."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import indent

from autograd_viz.recording.events import OptimizerStep
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import moved_by_hand
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import readings

RETURNING = ("sub", "add", "addcdiv", "subtract")  # they return the new tensor, and leave the old one


def name_moved(facts: Facts) -> Iterator[Found]:
    """Nama perulangan atau nama argumen diberi hasil langkahnya, dan parameternya tetap."""
    if any(isinstance(step, OptimizerStep) for step in facts.steps):
        return
    rounds = [one for one in facts.rounds if one.start.call == "backward"]
    still = [
        leaf
        for leaf in sorted(set().union(*(one.reached for one in rounds)) if rounds else ())
        if len(facts.accumulated(leaf)) > 1
        and all(norm(came.value) for _, came in facts.accumulated(leaf))
        and not moved_by_hand(facts, leaf)
    ]
    if not still:
        return
    for one in statements(facts):
        new = _step(facts, one)
        if not new:
            continue
        name, rest = new
        first = facts.accumulated(still[0])
        yield Found(
            (f"`{name}` di baris ini hanya nama: sesudahnya ia menunjuk tensor baru" if isinstance(one.node, ast.Assign)
             else f"Hasil baris ini dibuang: `{name}` tetap") + ", sedang parameternya sendiri tidak pernah berubah.",
            (
                f"{facts.names(still)} mendapat gradien pada {len(first)} backward (norma "
                f"{number(norm(first[0][1].value))} di `{facts.name(still[0])}`), tetapi isinya tidak berubah satu "
                "kali pun",
                "tidak ada optimizer yang melangkah, dan hasil baris ini tidak dipakai lagi",
            ),
            instead(facts, one.place, f"with torch.no_grad():\n{indent(rest, '    ')}"),
            one.place,
        )
        return


def _step(facts: Facts, one: Statement) -> tuple[str, str] | None:
    """What the statement leaves as it was, and the step written into its tensor."""
    node = one.node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        call, method = node.value, node.value.func
        name = ast.unparse(method.value).removesuffix(".data")
        if method.attr not in RETURNING or not _reads_grad(call, name):
            return None
        given = ast.unparse(call).removeprefix(f"{ast.unparse(method.value)}.{method.attr}(")
        return name, f"{name}.{method.attr}_({given}"
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return None
    target, value = node.targets[0].id, node.value
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Sub):
        return None
    name = ast.unparse(value.left).removesuffix(".data")
    if not _reads_grad(value, name):
        return None
    if target == name:
        left = _is_passed_in(facts, one, name) or _is_argument(facts, one, name)
    else:
        left = not readings(facts.data.sources, target)
    return (target, f"{name} -= {ast.unparse(value.right)}") if left else None


def _reads_grad(node: ast.expr, name: str) -> bool:
    parts = {ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return not parts.isdisjoint({f"{name}.grad", f"{name}.grad.data"})


def _is_argument(facts: Facts, one: Statement, name: str) -> bool:
    """Whether the name is an argument of the function, which neither reads it after the step nor gives it back."""
    inside = [other for other in statements(facts) if other.around == one.around and other.place > one.place]
    function = next(
        (
            other.node
            for other in statements(facts)
            if isinstance(other.node, ast.FunctionDef) and (*other.around, other.node.name) == one.around
        ),
        None,
    )
    if function is None or name not in {word.arg for word in function.args.args} or one.loop is not None:
        return False
    return not any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for other in inside
        for node in ast.walk(other.node)
    )


def _is_passed_in(facts: Facts, one: Statement, name: str) -> bool:
    """Whether the name is the turn's own of a loop over parameters, and is not read after the step."""
    loop = statement_at(facts, one.loop)
    if loop is None or not isinstance(loop.node, ast.For):
        return False
    targets = {node.id for node in ast.walk(loop.node.target) if isinstance(node, ast.Name)}
    after = [
        node
        for other in statements(facts)
        if _inside(other.place, loop.place) and other.place.line > one.place.end
        for node in ast.walk(other.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return name in targets and not any(_hands_on(facts, node) for node in after)


def _hands_on(facts: Facts, node: ast.Name) -> bool:
    """Whether such a reading gives the new tensor on; `p.grad` and the like do not."""
    return not any(
        isinstance(part, ast.Attribute) and part.value is node and part.attr in ("grad", "requires_grad")
        for other in statements(facts)
        for part in ast.walk(other.node)
    )


def _inside(inner: Place, outer: Place) -> bool:
    return inner.source == outer.source and outer.line < inner.line <= outer.end
