"""Beberapa loss dengan optimizernya masing-masing di satu perulangan: perulangan itu ditulis lurus sebagai obat."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, dotted, first_name, read_paths, stores
from autograd_viz.doctor.findings import asked_expression, at, rows
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.graph_state import conflicts, leaves, upstream
from autograd_viz.doctor.inlined import inlined
from autograd_viz.doctor.loop_turns import turns_of
from autograd_viz.doctor.none_source import value_of
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
    """What the names of the loop stand for in one turn, what goes backward, and the loss and the optimizer of it."""

    names: Mapping[str, ast.expr]
    asked: ast.expr
    loss: Any
    optimizer: Any


def unrolled(evidence: Evidence, optimizer: torch.optim.Optimizer) -> Unrolled | None:
    """Perulangan `for optimizer, loss in ...` yang melangkahkan optimizer itu pada putaran yang lebih dulu."""
    here = evidence.here
    current = here.current if here is not None else None
    if here is None or current is None or not current.loops or not evidence.roots:
        return None
    loop, asked = current.loops[-1], asked_expression(current, here.call)
    if not isinstance(loop, ast.For) or current.blocks[-1] is not loop or asked is None:
        return None
    body = here.scope.inside(loop)
    step, owner = next(
        ((one, owner) for one in body if (owner := _steps(one)) is not None and one.place > current.place), (None, None)
    )
    if step is None or owner is None:
        return None
    turns = _turns(here, loop, asked, owner)
    place = next((number for number, turn in enumerate(turns) if turn.loss is evidence.roots[0]), 0)
    if not 0 < place or all(turn.optimizer is not optimizer for turn in turns[:place]):
        return None
    head = next((one for one in here.scope.statements if one.node is loop), None)
    lines = through(here, spoiled_by_writing(evidence), turns[place].asked, head)
    if head is None or not lines:
        return None
    told = f"{', '.join(map(at, lines))} dihitung lagi sesudah step()"
    mend = [f"# menggantikan {rows(loop.lineno, loop.end_lineno)}; {told}:"]
    for number, turn in enumerate(turns):
        if number and _spoiled(turn.loss, [one.optimizer for one in turns[:number]]):
            mend += anew(through(here, None, turn.asked, head), turn.asked, here.variables)
        mend += [ast.unparse(with_names(one, turn.names)) for one in loop.body]
    return Unrolled(step, ast.unparse(owner), lines[-1], "\n".join(mend))


def _steps(statement: Statement) -> ast.expr | None:
    """What this statement calls `step()` on, or gives to a scaler's `step()`."""
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "step":
        return None
    return call.args[0] if call.args else call.func.value


def _turns(frame: UserFrame, loop: ast.For, loss: ast.expr, optimizer: ast.expr) -> list[_Turn]:
    found = []
    for names in turns_of(loop, frame.scope, frame.variables):
        if not all(dotted(one) or isinstance(one, ast.Constant) for one in names.values()):
            return []
        if not any(first_name(path) in names for path in read_paths(loss)):
            return []
        asked, stepped = _in_turn(loss, names), _in_turn(optimizer, names)
        found.append(_Turn(names, asked, value_of(asked, frame.variables), value_of(stepped, frame.variables)))
    return found if len(found) <= _MOST else []


def _in_turn(expression: ast.expr, names: Mapping[str, ast.expr]) -> ast.expr:
    changed = with_names(ast.Expr(expression), names)
    assert isinstance(changed, ast.Expr)
    return changed.value


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
    if type(value) in (list, tuple, dict):
        items = value.values() if type(value) is dict else value
        return [one for one in items if isinstance(one, torch.Tensor)]
    return [value] if isinstance(value, torch.Tensor) else []


def anew(lines: Sequence[Statement], asked: ast.expr, held: Mapping[str, Any]) -> list[str]:
    """Pernyataan-pernyataan itu untuk kedua kalinya: hasil yang tidak diperlukan `asked` tidak ditulisi lagi.

    Dari sebuah kamus atau daftar hanya unsur yang di-backward yang dihitung lagi.
    """
    nodes = [ast.parse(ast.unparse(one.node)).body[0] for one in lines]
    if nodes:
        nodes[-1] = _element(nodes[-1], asked, held)
    needed = {*read_paths(asked), *read_paths(getattr(nodes[-1], "value", None) if nodes else None)}
    for one in reversed(nodes[:-1]):
        if any(begins(path, store.path) for path in needed for store in stores(one)):
            needed |= {path for store in stores(one) for path in read_paths(store.value)}
        else:
            nodes.remove(one)
    told = []
    for new in nodes:
        if isinstance(new, ast.Assign) and len(new.targets) == 1 and isinstance(new.targets[0], ast.Tuple):
            target = new.targets[0]
            target.elts = [
                part if any(begins(path, ast.unparse(part)) for path in needed) else ast.Name("_", ast.Store())
                for part in target.elts
            ]
        told.append(ast.unparse(new))
    return told


def _element(node: ast.stmt, asked: ast.expr, held: Mapping[str, Any]) -> ast.stmt:
    """`rugi['b'] = ...` in place of `rugi = {'a': ..., 'b': ...}`: what was stepped already stays as it is."""
    if not isinstance(asked, ast.Subscript) or not isinstance(asked.slice, ast.Constant):
        return node
    if not isinstance(node, ast.Assign) or [ast.unparse(one) for one in node.targets] != [ast.unparse(asked.value)]:
        return node
    if type(value_of(asked.value, held)) not in (list, dict):
        return node
    key, value = asked.slice.value, node.value
    keys = [getattr(one, "value", None) for one in value.keys] if isinstance(value, ast.Dict) else []
    if isinstance(value, ast.Dict) and key in keys:
        part = ast.unparse(value.values[keys.index(key)])
    elif isinstance(value, (ast.List, ast.Tuple)) and isinstance(key, int) and key < len(value.elts):
        part = ast.unparse(value.elts[key])
    else:
        part = inlined(value, key, held) if isinstance(key, (str, int)) else ""
        part = part or f"{owned(value)}[{key!r}]"
    return ast.parse(f"{ast.unparse(asked)} = {part}").body[0]
