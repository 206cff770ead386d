"""Bagian graf yang dipakai beberapa loss: backward yang pertama menghabiskannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import Any

import torch

from autograd_viz.doctor.called_scopes import called_things, scopes_of_call
from autograd_viz.doctor.derivative_calls import asked_again
from autograd_viz.doctor.evidence import Evidence, Known, UserFrame, resolve
from autograd_viz.doctor.expressions import definitions, read_paths
from autograd_viz.doctor.findings import (
    Finding,
    asked_expression,
    at,
    backward_calls,
    defined,
    instead,
    method_call,
    removed,
    span,
)
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.trained_apart import detached_for_one, let_go, trained_apart, values_of
from autograd_viz.tracing.walk import Walk


def shared_graph(evidence: Evidence, frame: UserFrame, number: int, nodes: Any, spent: set[Any]) -> Iterator[Finding]:
    """Backward tensor lain lebih dulu melewati bagian graf yang sama."""
    current = frame.current
    if current is None:
        return
    own = asked_expression(current, frame.call if number == 0 else None)
    for earlier, expression in reversed(backward_calls(frame.scope)):
        if earlier.place >= current.place or earlier.loops != current.loops[: len(earlier.loops)]:
            continue
        if parallel_branches(earlier, current):
            continue
        before = upstream(values_of(expression, frame))
        common = [node for node in reversed(list(before)) if node in nodes and node in spent]
        if not common or own is None or ast.unparse(own) == ast.unparse(expression):
            continue
        shared = _named_in(evidence, before, nodes, common)
        name = shared.path if shared is not None else None
        line = defined(evidence, name.split("[")[0], number) if name else None
        first, second = ast.unparse(expression), ast.unparse(own)
        trained = _trained_there(frame, earlier, current, shared)
        apart, number_only = _apart(evidence, frame, shared, (expression, earlier), (own, current))
        yield Finding(
            "batang-bersama",
            f"`{earlier.text}` di {at(earlier)} lebih dulu melewati "
            f"{f'`{name}` ({at(line)})' if name else 'bagian graf yang sama'}, yang juga dipakai `{second}`."
            f"{number_only}",
            {
                "tensor": name or type(common[0]).__name__, "loss": f"({first} + {second})",
                "line": line.text if line else "",
            },
            apart
            or asked_again(frame.scope, earlier, current)
            or _mend_shared(frame, earlier, current, first, second, name, trained),
            forward=line,
            writer=earlier,
            nodes=(node_of(shared.tensor),) if shared is not None else tuple(common[:1]),
            weight=4,
        )
        return


def _apart(
    evidence: Evidence, frame: UserFrame, shared: Known | None, *asked: tuple[ast.expr, Statement]
) -> tuple[str, str]:
    """The mend and what is told where two optimizers train the losses, and one of them needs only the number."""
    if shared is None:
        return "", ""
    for (owner, _), (expression, statement) in (asked, asked[::-1]):
        values = values_of(expression, frame)
        names = trained_apart(evidence, shared.tensor, values_of(owner, frame), values)
        mend = let_go(frame, shared.path, expression, statement) if names else ""
        if names and mend:
            loss = ast.unparse(expression)
            return mend, f" Hulu `{shared.path}` dilatih `{names[0]}`, sedangkan `{loss}` dilatih `{names[1]}`: " \
                         f"bagi `{loss}` `{shared.path}` hanya bilangan."
    return "", ""


def shared_by_calls(evidence: Evidence, nodes: Walk, spent: Set[Any]) -> Iterator[Finding]:
    """Dua panggilan fungsi pengguna yang masing-masing menjalankan backward atas tensor yang sama."""
    for number, frame in enumerate(evidence.frames[1:], 1):
        current = frame.current
        if current is None or not isinstance(frame.call, ast.Call):
            continue
        for path in read_paths(*frame.call.args, *(keyword.value for keyword in frame.call.keywords)):
            value = resolve(path, frame.variables)[0]
            if not isinstance(value, torch.Tensor) or node_of(value) not in nodes:
                continue
            line = defined(evidence, path, number)
            first = line.place if line is not None else -1
            earlier = [
                one for one in frame.scope.statements
                if first < one.place < current.place and path in read_paths(one.node) and _runs_backward(one, frame)
            ]  # fmt: skip
            if earlier and any(node in spent for node in upstream([value])):
                apart = detached_for_one(evidence, number, path, value, earlier[-1], current)
                yield Finding(
                    "batang-bersama",
                    f"`{earlier[-1].text}` di {at(earlier[-1])} lebih dulu menjalankan backward lewat `{path}` "
                    f"({at(line)}), yang juga dipakai `{current.text}`.",
                    {"tensor": path, "line": line.text if line else ""},
                    apart or (_anew(line, current) if line else None),
                    forward=line,
                    writer=earlier[-1],
                    nodes=(node_of(value),),
                    weight=4 if apart else 3,
                )
                return


def _anew(line: Statement, current: Statement) -> str:
    return f"# hitung ulang sebelum panggilan kedua; menggantikan {span(current)}:\n{line.text}\n{current.text}"


def _runs_backward(statement: Statement, frame: UserFrame) -> bool:
    """Whether a function that the user wrote is called there, and may ask for a derivative."""
    for thing in called_things(statement, frame.variables):
        scopes = [] if isinstance(thing, torch.nn.Module) else [one.scope for one in scopes_of_call(thing)]
        if any(method_call(one.node, "backward", "grad") for scope in scopes for one in scope.statements):
            return True
    return False


def _named_in(evidence: Evidence, before: Any, nodes: Any, common: list[Any]) -> Known | None:
    """The named tensor nearest to the end through which both ways lead."""
    place = {node: at_ for at_, node in enumerate(nodes)}
    held = [one for one in evidence.known if (node := node_of(one.tensor)) in before and node in nodes]
    spent = set(common)
    held = [one for one in held if any(node in spent for node in upstream([one.tensor]))]
    return max(held, key=lambda one: place[node_of(one.tensor)], default=None)


def _trained_there(frame: UserFrame, earlier: Statement, current: Statement, shared: Known | None) -> bool:
    """Whether an optimizer that steps between the passes trains what lies behind the shared tensor."""
    behind = leaves(upstream([shared.tensor])) if shared is not None else []
    for one in frame.scope.statements[earlier.place : current.place]:
        for path in read_paths(one.node) if ".step(" in one.text else ():
            optimizer = resolve(path.removesuffix(".step"), frame.variables)[0]
            if isinstance(optimizer, torch.optim.Optimizer):
                held = [param for group in optimizer.param_groups for param in group["params"]]
                if any(param is leaf for param in held for leaf in behind):
                    return True
    return False


def _mend_shared(
    frame: UserFrame, earlier: Statement, current: Statement, first: str, second: str, name: str | None, trained: bool
) -> str:
    steps = [
        one for one in frame.scope.statements
        if earlier.place < one.place < current.place and ".step(" in one.text
    ]  # fmt: skip
    if steps and (name is None or trained):
        return _together(frame, earlier, current, first, second)
    if not steps or name is None:
        return f"# satu backward() untuk keduanya:\n{removed(earlier)}\n" \
               + instead(current, f"({first} + {second}).backward()")
    users = [
        one for one, _ in definitions(frame.scope, first.split(".")[0], earlier, 1)
    ]
    text = _with_detach(first, name, frame, users[0] if users else None)
    return f"# yang pertama hanya melatih bagiannya sendiri; berikan {name} tanpa graf kepadanya:\n{text}"


def _together(frame: UserFrame, earlier: Statement, current: Statement, first: str, second: str) -> str:
    """All zero_grad() first, one backward() for both losses, then all step()."""
    around = [
        one for one in frame.scope.statements
        if one.blocks == current.blocks and isinstance(one.node, ast.Expr)
        and earlier.place - 3 <= one.place <= current.place + 3
    ]  # fmt: skip
    emptied = [one.text for one in around if ".zero_grad(" in one.text]
    stepped = [one.text for one in around if ".step(" in one.text]
    lines = [*dict.fromkeys(emptied), f"({first} + {second}).backward()", *dict.fromkeys(stepped)]
    return f"# menggantikan {at(earlier)} sampai {at(current)} beserta zero_grad() dan step()-nya:\n" + "\n".join(lines)


def _with_detach(text: str, name: str, frame: UserFrame, statement: Statement | None) -> str:
    """The statement, or the one that it is computed from, with `name.detach()` where it reads `name`."""
    for _ in range(4):
        if statement is None:
            return f"{name}.detach()"
        value = getattr(statement.node, "value", None)
        if name in read_paths(value):
            return instead(statement, _replaced(statement.node, name))
        inner = [
            found[0][0] for path in read_paths(value) if (found := definitions(frame.scope, path, statement, 1))
        ]
        statement = next((one for one in inner if name in read_paths(getattr(one.node, "value", None))), None)
    return text


def _replaced(node: ast.stmt, name: str) -> str:
    class Detach(ast.NodeTransformer):
        def visit_Name(self, inner: ast.Name) -> ast.AST:
            if inner.id != name or isinstance(inner.ctx, ast.Store):
                return inner
            return ast.Call(ast.Attribute(inner, "detach", ast.Load()), [], [])

    return ast.unparse(Detach().visit(ast.parse(ast.unparse(node))))


def parallel_branches(one: Statement, other: Statement) -> bool:
    """Apakah dua pernyataan ada di cabang yang berlainan dari satu `if`."""
    shared = [block for block in one.blocks if block in other.blocks and isinstance(block, ast.If)]
    return any(_arm(block, one) != _arm(block, other) for block in shared if isinstance(block, ast.If))


def _arm(block: ast.If, statement: Statement) -> bool:
    inside = {id(node) for part in block.body for node in ast.walk(part)}
    return id(statement.node) in inside
