"""Pilihan yang dibuat fungsi pembantu: di fungsi loss-nya panggilan itu diganti nilai yang punya turunan."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.choices import TYPES, made, softened, untyped
from autograd_viz.doctor.cuts import Cut
from autograd_viz.doctor.evidence import resolve
from autograd_viz.doctor.expressions import dotted, first_name, read_paths, stores
from autograd_viz.doctor.findings import at, called, instead, method_call
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.slices import Step, callee
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_names, with_nodes


class SoftCall(NamedTuple):
    """Pernyataan yang memanggil pembantu itu, obatnya, dan kalimat buktinya."""

    statement: Statement
    mend: str
    told: str


def soft_call(cut: Cut, step: Step, steps: Sequence[Step]) -> SoftCall | None:
    """Obat di tempat pemanggilnya; None bila pemutus itu tidak di fungsi pembantu, atau nilai halusnya tidak pasti."""
    sites = list(calls_of(step, steps))
    soft = _soft(cut, step)
    if len(sites) != 1 or soft is None or not returned(cut, step):
        return None
    caller, call = sites[0]
    statement = caller.statement
    text = _there(soft, step, call, callee(call, caller.context))
    if statement is None or text is None or not _known(text, caller):
        return None
    new = with_nodes(statement.node, {id(call): text})
    mends = {statement.line: (statement, new)}
    if not isinstance(cut.node, ast.Compare):
        loss = _class_loss(statement, call, steps)
        if loss is None:
            return None
        before = new if loss.line == statement.line else loss.text
        mends[loss.line] = loss, _without_float(before)
    told = f" `{ast.unparse(call)}` di {at(statement)} membawanya ke loss; fungsinya sendiri tetap, untuk ketepatan."
    lines = [instead(one, code) for _, (one, code) in sorted(mends.items()) if code != one.text]
    return SoftCall(statement, "\n".join(lines), told)


def calls_of(step: Step, steps: Sequence[Step]) -> Iterator[tuple[Step, ast.Call]]:
    """Panggilan, di jalan ke loss, dari fungsi tempat langkah ini berdiri."""
    seen = set[int]()
    for one in steps[: steps.index(step)] if step.context.frame is None else ():
        for node in ast.walk(one.expression):
            function = code_of(callee(node, one.context)) if isinstance(node, ast.Call) else None
            if function is None or not isinstance(node, ast.Call) or id(node) in seen:
                continue
            inside = scope_of_function(function).statements
            if any(other.line == step.statement.line and other.text == step.statement.text
                   for other in inside if step.statement is not None):  # fmt: skip
                seen.add(id(node))
                yield one, node


def returned(cut: Cut, step: Step) -> bool:
    """Apakah fungsinya mengembalikan pilihan itu sendiri, paling jauh dalam jenis bilangan lain."""
    node = step.expression
    while node is not cut.node and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if called(node) not in TYPES:
            return False
        node = node.func.value
    if node is not cut.node or step.statement is None:
        return False
    wrote = [store.path for store in stores(step.statement.node)]
    gives = [one.node.value for one in step.context.scope.statements if isinstance(one.node, ast.Return)]
    return isinstance(step.statement.node, ast.Return) or [dotted(one) for one in gives if one is not None] == wrote


def _soft(cut: Cut, step: Step) -> ast.expr | None:
    """What was compared with a threshold, as a probability; the scores among which the largest was chosen."""
    if isinstance(cut.node, ast.Compare):
        level = getattr(cut.node.comparators[0], "value", None) if len(cut.node.ops) == 1 else None
        if not isinstance(cut.node.ops[0], (ast.Gt, ast.GtE)) or not isinstance(level, (int, float)):
            return None
        value = made(cut.node.left, step)
        if method_call(value, "sigmoid") is not None:
            return value
        return ast.parse(f"torch.sigmoid({ast.unparse(value)})", mode="eval").body if level == 0 else None
    if not isinstance(cut.node, ast.Call) or called(cut.node) != "argmax":
        return None
    value = made(cut.operand, step)
    return softened(value) or value


def _there(soft: ast.expr, step: Step, call: ast.Call, thing: Any) -> str | None:
    """The soft value with what the caller gives for the parameters of the helper."""
    names = {name: given for name, (_, given, _) in step.context.given.items()}
    if "self" in step.context.scope.parameters[:1]:
        bound = isinstance(call.func, ast.Attribute) and not isinstance(thing, torch.nn.Module)
        names["self"] = call.func.value if isinstance(call.func, ast.Attribute) and bound else call.func
    own = {store.path for one in step.context.scope.statements for store in stores(one.node)}
    if any(base in own or (base in step.context.scope.parameters and base not in names) for base in _bases(soft)):
        return None
    new = with_names(ast.Expr(_Called().visit(ast.parse(ast.unparse(soft), mode="eval").body)), names)
    return ast.unparse(new)


class _Called(ast.NodeTransformer):
    """`m(x)` is written for `m.forward(x)`, so that hooks run as well."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Memanggil modulnya, bukan `forward`-nya."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "forward":
            node.func = node.func.value
        return node


def _bases(node: ast.expr) -> set[str]:
    return {first_name(path) for path in read_paths(node)}


def _known(text: str, caller: Step) -> bool:
    """Whether every name in it means something where the call stands."""
    names = _bases(ast.parse(text, mode="eval").body)
    return all(
        name == "torch" or name in caller.context.scope.parameters or value_of(caller, name) is not None
        for name in names
    )


def _class_loss(statement: Statement, call: ast.Call, steps: Sequence[Step]) -> Statement | None:
    """The statement that gives the choice to a loss on class scores, with whole numbers for the classes."""
    wrote = {store.path for store in stores(statement.node)}
    for step in steps:
        for node in ast.walk(step.expression):
            if step.statement is None or not isinstance(node, ast.Call) or len(node.args) != 2:
                continue
            kind = callee(node, step.context) or value_of(step, ast.unparse(node.func))
            if not isinstance(kind, torch.nn.CrossEntropyLoss) and kind is not torch.nn.functional.cross_entropy:
                continue
            first = set(map(id, ast.walk(node.args[0])))
            if not (wrote & set(read_paths(untyped(node.args[0]))) or id(call) in first):
                continue
            target = value_of(step, ast.unparse(untyped(node.args[1])))
            if isinstance(target, torch.Tensor) and not target.is_floating_point():
                return step.statement
    return None


def value_of(step: Step, path: str) -> Any:
    """Isi sebuah nama; di bingkai yang masih berjalan juga isi yang diberikan pemanggilnya sebagai ungkapan."""
    held = step.context.value(path)
    if held is None and step.context.frame is not None and dotted(ast.parse(path, mode="eval").body) is not None:
        held, rest = resolve(path, step.context.variables)
        return None if rest else held
    return held


def _without_float(text: str) -> str:
    class Plain(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            node.args = [untyped(one) for one in node.args]
            return node

    return ast.unparse(Plain().visit(ast.parse(text)))
