"""Obat bagi pemutus yang tidak hilang hanya dengan dihapus: apa yang ditulis sebagai gantinya."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autograd_viz.doctor.cuts import Cut, find_cuts
from autograd_viz.doctor.expressions import definitions, dotted, stores
from autograd_viz.doctor.findings import above, at, backward_calls, instead, method_call, span
from autograd_viz.doctor.numpy_calls import InTorch
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.substitute import with_nodes


def advice(cut: Cut, statement: Statement, scope: Scope, steps: Sequence[Step]) -> str | None:
    """Obat sebagai kode, dengan baris yang harus diganti sebagai komentar; None bila obat katalog yang dipakai."""
    if cut.cause == "argmax":
        return _by_scores(cut, statement, scope, steps)
    if cut.cause == "numpy":
        return _in_torch(cut, statement, steps)
    if cut.cause == "tanpa-create-graph" and isinstance(cut.node, ast.Attribute):
        return _asked_again(cut.node, statement, scope)
    return None


def _by_scores(cut: Cut, statement: Statement, scope: Scope, steps: Sequence[Step]) -> str:
    """A loss on scores instead of one on choices, with the names of the scores and of the targets."""
    left = cut.operand.elts[0] if isinstance(cut.operand, ast.Tuple) else cut.operand
    scores, binary = _scores(left, statement, scope)
    target = _target(cut, statement, steps)
    loss = "binary_cross_entropy" if binary else "cross_entropy"
    target = f"{target}.float()" if binary and target != "target" else target
    text = f"torch.nn.functional.{loss}({scores}, {target})"
    return _instead_of_loss(statement, steps, text)


def _instead_of_loss(statement: Statement, steps: Sequence[Step], text: str) -> str:
    """The loss is what changes; the choice stays, for a metric."""
    kept = f"# `{statement.text}` di {at(statement)} boleh tetap, untuk ketepatan; "
    for step in steps[1:]:  # the first is what backward() was called on
        one = step.statement
        wrote = [store.path for store in stores(one.node)] if one is not None else []
        if one is None or len(wrote) != 1 and not isinstance(one.node, ast.Return):
            continue
        kept = "" if one.line == statement.line else kept
        new = f"return {text}" if isinstance(one.node, ast.Return) else f"{wrote[0]} = {text}"
        return f"{kept}menggantikan {span(one)}:\n{new}" if kept else instead(one, new)
    return f"{kept}loss-nya:\nloss = {text}"


def _scores(node: ast.expr, statement: Statement, scope: Scope) -> tuple[str, bool]:
    """What went into softmax, or the probabilities that sigmoid gave."""
    path = dotted(node)
    made = definitions(scope, path, statement, 1) if path is not None else []
    value = made[0][1].value if made else node
    softened = method_call(value, "softmax") if value is not None else None
    if softened is not None and softened.args:
        return ast.unparse(softened.args[0]), False
    if value is not None and method_call(value, "sigmoid") is not None:
        return ast.unparse(node), True
    return ast.unparse(node), False


def _target(cut: Cut, statement: Statement, steps: Sequence[Step]) -> str:
    """What the choice is compared with."""
    chosen = [ast.unparse(cut.node), *(store.path for store in stores(statement.node))]
    for step in steps:
        for node in ast.walk(step.expression):
            if isinstance(node, ast.Compare) and node is not cut.node and len(node.comparators) == 1:
                sides = [node.left, node.comparators[0]]
                others = [side for side in sides if dotted(side) is not None and dotted(side) not in chosen]
                if len(others) == 1 and any(ast.unparse(side) in chosen for side in sides):
                    return ast.unparse(others[0])
    return "target"


def _in_torch(cut: Cut, statement: Statement, steps: Sequence[Step]) -> str:
    """All statements from the cut to the loss that went through NumPy, written with torch."""
    lines: dict[int, str] = {}
    missing: list[str] = []
    for step in steps:
        one = step.statement
        causes = [found.cause for found in find_cuts(step.expression)]
        if one is not None and (one is statement or "numpy" in causes):
            change = InTorch(step.context.look)
            lines.setdefault(one.line, instead(one, ast.unparse(change.visit(ast.parse(_alone(one))))))
            missing += change.missing
    head = "# dengan fungsi torch, tanpa detach() dan numpy():\n"
    if missing:
        head = f"# torch tidak punya {', '.join(dict.fromkeys(missing))}; tulislah dengan operasi torch yang lain:\n"
    return head + "\n".join(lines[line] for line in sorted(lines))


def _alone(statement: Statement) -> str:
    return ast.unparse(statement.node)


def _asked_again(read: ast.Attribute, statement: Statement, scope: Scope) -> str:
    """`.grad` has no graph; what autograd.grad gives with create_graph=True has one."""
    earlier = [(one, root) for one, root in backward_calls(scope) if one.place < statement.place]
    root = ast.unparse(earlier[-1][1]) if earlier else "loss"
    leaf, whole = ast.unparse(read.value), ast.unparse(read)
    asked = f"gradien, = torch.autograd.grad({root}, {leaf}, create_graph=True)"
    first = instead(earlier[-1][0], asked) if earlier else above(statement, asked)
    return f"{first}\n{instead(statement, ast.unparse(statement.node).replace(whole, 'gradien'))}"


def constant_derivative(steps: Sequence[Step]) -> str | None:
    """Turunan dari sebuah tetapan: permintaan yang gagal, dengan nol sebagai jawabannya; None bila tidak terbaca."""
    asked = steps[0].statement if steps else None
    call = method_call(asked.node, "grad") if asked is not None else None
    if asked is None or call is None or len(call.args) < 2 or isinstance(call.args[1], (ast.Tuple, ast.List)):
        return None
    root, leaf = map(ast.unparse, call.args[:2])
    text = f"({ast.unparse(call)} if {root}.requires_grad else (torch.zeros_like({leaf}),))"
    return instead(asked, with_nodes(asked.node, {id(call): text}))
