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
            f"`{name}` di baris ini hanya nama: sesudahnya ia menunjuk tensor baru, sedang parameternya sendiri tidak "
            "pernah berubah.",
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
    """The name, and the step written into its tensor, of `p = p - lr * p.grad` where nobody reads the name again."""
    node = one.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return None
    name, value = node.targets[0].id, node.value
    parts = [ast.unparse(part) for part in ast.walk(value) if isinstance(part, ast.Attribute)]
    if f"{name}.grad" not in parts and f"{name}.grad.data" not in parts:
        return None
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Sub):
        return None
    if ast.unparse(value.left).removesuffix(".data") != name or not _is_passed_in(facts, one, name):
        return None
    return name, f"{name} -= {ast.unparse(value.right)}"


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
