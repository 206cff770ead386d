"""Beberapa loss dengan optimizernya masing-masing di satu perulangan: perulangan itu ditulis lurus sebagai obat."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, definitions, dotted, read_paths, stores
from autograd_viz.doctor.findings import asked_expression, at
from autograd_viz.doctor.graph_state import conflicts, leaves, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_names

_MOST = 4  # turns that are still clear when they are written one below the other


class Unrolled(NamedTuple):
    """`step()` di perulangan itu, nama yang memegang optimizernya di sana, baris forwardnya, dan obatnya."""

    step: Statement
    name: str
    forward: Statement
    mend: str


class _Turn(NamedTuple):
    """What the names of the loop stand for in one turn, and the loss and the optimizer of that turn."""

    names: Mapping[str, ast.expr]
    loss: Any
    optimizer: Any


def unrolled(evidence: Evidence, optimizer: torch.optim.Optimizer) -> Unrolled | None:
    """Perulangan `for optimizer, loss in ...` yang melangkahkan optimizer itu pada putaran yang lebih dulu."""
    here = evidence.here
    current = here.current if here is not None else None
    if here is None or current is None or not current.loops or not evidence.roots:
        return None
    loop, asked = current.loops[-1], asked_expression(current, here.call)
    if not isinstance(loop, ast.For) or current.blocks[-1] is not loop or not isinstance(asked, ast.Name):
        return None
    body = here.scope.inside(loop)
    step, name = next(
        ((one, owner) for one in body if (owner := _steps(one)) and one.place > current.place), (None, "")
    )
    turns = _turns(here, loop, asked.id, name)
    place = next((number for number, turn in enumerate(turns) if turn.loss is evidence.roots[0]), 0)
    if step is None or not 0 < place or all(turn.optimizer is not optimizer for turn in turns[:place]):
        return None
    head = next((one for one in here.scope.statements if one.node is loop), None)
    lines = through(here, spoiled_by_writing(evidence), turns[place].names[asked.id], head)
    if head is None or not lines:
        return None
    told = f"{', '.join(map(at, lines))} dihitung lagi sesudah step()"
    mend = [f"# menggantikan baris {loop.lineno} sampai {loop.end_lineno}; {told}:"]
    for number, turn in enumerate(turns):
        if number and _spoiled(turn.loss, [one.optimizer for one in turns[:number]]):
            mend += anew(through(here, None, turn.names[asked.id], head), turn.names[asked.id])
        mend += [ast.unparse(with_names(one, turn.names)) for one in loop.body]
    return Unrolled(step, name, lines[-1], "\n".join(mend))


def _steps(statement: Statement) -> str:
    """The name on which this statement calls `step()`, or which it gives to a scaler's `step()`."""
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "step":
        return ""
    return dotted(call.args[0] if call.args else call.func.value) or ""


def _turns(frame: UserFrame, loop: ast.For, loss: str, optimizer: str) -> list[_Turn]:
    found = []
    for item in _items(frame, loop.iter, loop):
        names = _bound(frame, loop.target, item)
        if loss not in names or not all(dotted(one) for one in names.values()):
            return []
        held = [resolve(ast.unparse(names[one]), frame.variables)[0] if one in names else None
                for one in (loss, optimizer)]  # fmt: skip
        found.append(_Turn(names, *held))
    return found if len(found) <= _MOST else []


def _items(frame: UserFrame, iterated: ast.expr, loop: ast.stmt) -> list[ast.expr]:
    """What a loop goes over, one expression a turn; nothing where that cannot be read."""
    if isinstance(iterated, (ast.Tuple, ast.List)):
        return list(iterated.elts)
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "zip":
        columns = [_items(frame, one, loop) for one in iterated.args]
        return [ast.Tuple(list(row), ast.Load()) for row in zip(*columns, strict=False)]
    path = dotted(iterated)
    if path is None:
        return []
    head = next((one for one in frame.scope.statements if one.node is loop), None)
    made = definitions(frame.scope, path, head, 2)
    if len(made) == 1 and isinstance(made[0][1].value, (ast.Tuple, ast.List)) and made[0][1].kind == "assign":
        if isinstance(getattr(made[0][0].node, "targets", [None])[0], (ast.Name, ast.Attribute)):
            return list(made[0][1].value.elts)
    value = resolve(path, frame.variables)[0]
    return [
        ast.parse(f"{path}[{number}]", mode="eval").body for number in range(len(value))
    ] if type(value) in (list, tuple) else []


def _bound(frame: UserFrame, target: ast.expr, item: ast.expr) -> dict[str, ast.expr]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, (ast.Tuple, ast.List)):
        return {}
    parts = item.elts if isinstance(item, (ast.Tuple, ast.List)) else [
        ast.Subscript(item, ast.Constant(number), ast.Load()) for number in range(len(target.elts))
    ]
    found: dict[str, ast.expr] = {}
    for one, part in zip(target.elts, parts, strict=False):
        found |= _bound(frame, one, part)
    return found


def _spoiled(loss: Any, stepped: Sequence[Any]) -> bool:
    """Whether a loss was computed from parameters that one of these optimizers has stepped since."""
    moved = {id(one) for optimizer in stepped if isinstance(optimizer, torch.optim.Optimizer)
             for group in optimizer.param_groups for one in group["params"]}  # fmt: skip
    return isinstance(loss, torch.Tensor) and any(id(leaf) in moved for leaf in leaves(upstream([loss])))


def through(
    frame: UserFrame, bad: Sequence[Any] | None, asked: ast.expr | None, before: Statement | None
) -> list[Statement]:
    """Pernyataan di atas `before` yang menghitung `asked` lewat simpul-simpul `bad`, menurut urutannya.

    Tanpa `bad` semua yang punya graf.
    """
    needed = set(read_paths(asked))
    found: list[Statement] = []
    for one in reversed(frame.scope.statements[: before.place if before is not None else 0]):
        written = [store for store in stores(one.node) if any(
            begins(path, store.path) or begins(store.path, path) for path in needed)]  # fmt: skip
        values = [resolve(store.path, frame.variables)[0] for store in written]
        held = [tensor for value in values for tensor in _tensors(value)]
        if hasattr(one.node, "body"):
            continue
        if any(value.grad_fn is not None if bad is None else _through(value, bad) for value in held):
            found.append(one)
            needed |= {path for store in written for path in read_paths(store.value)}
    return found[::-1]


def spoiled_by_writing(evidence: Evidence) -> list[Any]:
    """Semua simpul yang simpanannya sudah diubah di tempat."""
    return [one.node for one in conflicts(upstream(evidence.roots))]


def _through(value: torch.Tensor, bad: Sequence[Any]) -> bool:
    nodes = upstream([value])
    return any(one in nodes for one in bad)


def _tensors(value: Any) -> list[torch.Tensor]:
    if type(value) in (list, tuple):
        return [one for one in value if isinstance(one, torch.Tensor)]
    return [value] if isinstance(value, torch.Tensor) else []


def anew(lines: Sequence[Statement], asked: ast.expr) -> list[str]:
    """Pernyataan-pernyataan itu untuk kedua kalinya: hasil yang tidak diperlukan `asked` tidak ditulisi lagi."""
    needed = set(read_paths(asked))
    for one in reversed(lines):
        needed |= {path for store in stores(one.node) for path in read_paths(store.value)}
    told = []
    for one in lines:
        new = ast.parse(ast.unparse(one.node)).body[0]
        if isinstance(new, ast.Assign) and len(new.targets) == 1 and isinstance(new.targets[0], ast.Tuple):
            target = new.targets[0]
            target.elts = [
                part if any(begins(path, ast.unparse(part)) for path in needed) else ast.Name("_", ast.Store())
                for part in target.elts
            ]
        told.append(ast.unparse(new))
    return told
