"""Model yang mengembalikan pilihannya: `forward` mengembalikan skornya, dan loss dihitung dari skor itu."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.choices import made, softened, untyped
from autograd_viz.doctor.cuts import Cut
from autograd_viz.doctor.expressions import heads, stores
from autograd_viz.doctor.findings import at, called, instead
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.soft_call import SoftCall, calls_of, returned, value_of
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes


def returned_choice(cut: Cut, step: Step, steps: Sequence[Step]) -> SoftCall | None:
    """Obat di `return` itu dan di loss pemanggilnya; None bila targetnya bukan nomor kelas, atau tidak terbaca."""
    sites = list(calls_of(step, steps))
    chosen = isinstance(cut.node, ast.Call) and called(cut.node) == "argmax" and returned(cut, step)
    if len(sites) != 1 or not chosen or step.statement is None or not isinstance(step.statement.node, ast.Return):
        return None
    caller, call = sites[0]
    scores = softened(made(cut.operand, step)) or cut.operand
    wrote = stores(caller.statement.node) if caller.statement is not None else []
    if caller.statement is None or len(wrote) != 1 or wrote[0].value is not call or not wrote[0].path.isidentifier():
        return None
    name, later = wrote[0].path, caller.context.scope.statements[caller.statement.place + 1 :]
    losses = list(_losses(name, later, caller, steps))
    if len(losses) != 1:
        return None
    loss, node, target = losses[0]
    new = f"torch.nn.functional.cross_entropy({name}, {target})"
    lines = {loss.line: instead(loss, with_nodes(loss.node, {id(node): new}))}
    for one in later:
        read = [] if one.line == loss.line else _compared(name, one)
        if read:
            lines[one.line] = instead(one, with_nodes(one.node, {id(it): f"{name}.argmax(dim=1)" for it in read}))
    first = instead(step.statement, f"return {ast.unparse(scores)}  # skornya, belum dipilih")
    told = f" `{ast.unparse(call)}` di {at(caller.statement)} membawanya ke loss; nomor kelas dipilih sesudahnya, " \
           "untuk ketepatan."
    return SoftCall(step.statement, "\n".join([first, *(lines[line] for line in sorted(lines))]), told)


def _losses(
    name: str, later: Sequence[Statement], caller: Step, steps: Sequence[Step]
) -> Iterator[tuple[Statement, ast.Call, str]]:
    """The calls on the way to the loss that hold the choice against whole numbers, with these numbers."""
    asked = {id(node) for step in steps for node in ast.walk(step.expression)}
    for one in later:
        for node in [node for head in heads(one.node) for node in ast.walk(head) if id(node) in asked]:
            if not isinstance(node, ast.Call) or len(node.args) != 2 or ast.unparse(untyped(node.args[0])) != name:
                continue
            target = ast.unparse(untyped(node.args[1]))
            held = value_of(caller, target)
            if isinstance(held, torch.Tensor) and held.dtype == torch.int64 and held.dim() == 1:
                yield one, node, target


def _compared(name: str, one: Statement) -> list[ast.AST]:
    return [
        side for head in heads(one.node) for node in ast.walk(head) if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators) if ast.unparse(side) == name
    ]  # fmt: skip
