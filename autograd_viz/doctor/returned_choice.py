"""Model yang mengembalikan pilihannya: `forward` mengembalikan skornya, dan loss dihitung dari skor itu."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.cuts import Cut
from autograd_viz.doctor.expressions import definitions, dotted, heads, stores
from autograd_viz.doctor.findings import at, called, instead, method_call
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.soft_call import TYPES, SoftCall, calls_of, returned, value_of
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes


def returned_choice(cut: Cut, step: Step, steps: Sequence[Step]) -> SoftCall | None:
    """Obat di `return` itu dan di loss pemanggilnya; None bila targetnya bukan nomor kelas, atau tidak terbaca."""
    sites = list(calls_of(step, steps))
    chosen = isinstance(cut.node, ast.Call) and called(cut.node) == "argmax" and returned(cut, step)
    if len(sites) != 1 or not chosen or step.statement is None or not isinstance(step.statement.node, ast.Return):
        return None
    caller, call = sites[0]
    wrote = stores(caller.statement.node) if caller.statement is not None else []
    if caller.statement is None or len(wrote) != 1 or wrote[0].value is not call or not wrote[0].path.isidentifier():
        return None
    name, later = wrote[0].path, caller.context.scope.statements[caller.statement.place + 1 :]
    losses = list(_losses(name, later, caller))
    if len(losses) != 1:
        return None
    loss, node, target = losses[0]
    new = f"torch.nn.functional.cross_entropy({name}, {target})"
    lines = {loss.line: instead(loss, with_nodes(loss.node, {id(node): new}))}
    for one in later:
        read = [] if one.line == loss.line else _compared(name, one)
        if read:
            lines[one.line] = instead(one, with_nodes(one.node, {id(it): f"{name}.argmax(dim=1)" for it in read}))
    first = instead(step.statement, f"return {ast.unparse(_scores(cut.operand, step))}  # skornya, belum dipilih")
    told = f" `{ast.unparse(call)}` di {at(caller.statement)} membawanya ke loss; nomor kelas dipilih sesudahnya, " \
           "untuk ketepatan."
    return SoftCall(step.statement, "\n".join([first, *(lines[line] for line in sorted(lines))]), told)


def _scores(node: ast.expr, step: Step) -> ast.expr:
    """What went into softmax, also behind a name; else what was chosen from."""
    path = dotted(node)
    found = definitions(step.context.scope, path, step.statement, 2) if path is not None else []
    made = found[0][1].value if len(found) == 1 else node
    inside = method_call(made, "softmax", "log_softmax") if made is not None else None
    if inside is None or inside is not made:
        return node
    owner = inside.func.value if isinstance(inside.func, ast.Attribute) else None
    library = owner is None or dotted(owner) in ("torch", "F", "nn.functional", "torch.nn.functional")
    given = inside.args[0] if library and inside.args else owner
    return given if given is not None else node


def _plain(node: ast.expr) -> ast.expr:
    """Without another type of number behind it."""
    typed = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in TYPES
    return node.func.value if typed else node  # type: ignore[attr-defined]


def _losses(name: str, later: Sequence[Statement], caller: Step) -> Iterator[tuple[Statement, ast.Call, str]]:
    """The calls that hold the choice against whole numbers, with these numbers."""
    for one in later:
        for node in [node for head in heads(one.node) for node in ast.walk(head)]:
            if not isinstance(node, ast.Call) or len(node.args) != 2 or ast.unparse(_plain(node.args[0])) != name:
                continue
            target = ast.unparse(_plain(node.args[1]))
            held = value_of(caller, target)
            if isinstance(held, torch.Tensor) and held.dtype == torch.int64 and held.dim() == 1:
                yield one, node, target


def _compared(name: str, one: Statement) -> list[ast.AST]:
    return [
        side for head in heads(one.node) for node in ast.walk(head) if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators) if ast.unparse(side) == name
    ]  # fmt: skip
