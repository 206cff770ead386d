"""Apa yang mungkin sudah dijalankan: pernyataan di bawah galatnya hanya lewat putaran atau panggilan yang lalu."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.source import Statement


def may_have_run(evidence: Evidence, number: int, statement: Statement) -> bool:
    """Apakah pernyataan di bingkai ke-`number` ini mungkin sudah dijalankan sebelum galatnya.

    Yang di bawah galat sudah dijalankan hanya bila sebuah perulangan sudah berputar, atau fungsinya pernah dipanggil.
    """
    frame = evidence.frames[number]
    if frame.current is None or statement.place <= frame.current.place or statement.title != frame.current.title:
        return True
    loops = set(statement.loops) & set(frame.current.loops)
    return any(_went_round(frame, loop) for loop in loops) or _called_before(evidence, number)


def _called_before(evidence: Evidence, number: int) -> bool:
    """Whether this function may have been called once before: in an earlier turn, or by a statement above."""
    name = called(call) if isinstance(call := _calling(evidence, number), ast.Call) else ""
    for frame in evidence.frames[number + 1 :]:
        if frame.current is None or any(_went_round(frame, loop) for loop in frame.current.loops):
            return True
        if any(f"{name}(" in one.text for one in frame.scope.statements[: frame.current.place]):
            return True
    return False


def _calling(evidence: Evidence, number: int) -> ast.expr | None:
    return evidence.frames[number + 1].call if number + 1 < len(evidence.frames) else None


def _went_round(frame: UserFrame, loop: ast.stmt) -> bool:
    """Whether this loop may be in its second turn; what its first turn has not written yet says no."""
    if frame.current is None or _first_turn(loop, frame.variables):
        return False
    level = frame.current.blocks[: frame.current.blocks.index(loop) + 1] if loop in frame.current.blocks else ()
    below = [one for one in frame.scope.inside(loop) if one.place > frame.current.place and one.blocks == level]
    written = [
        target.id for one in below if isinstance(one.node, ast.Assign) for target in one.node.targets
        if isinstance(target, ast.Name)
    ]  # fmt: skip
    return all(name in frame.variables for name in written)


def _first_turn(loop: ast.stmt, held: Mapping[str, Any]) -> bool:
    """Whether the counter of `for i in range(n)` or `enumerate(...)` still has its first value."""
    if not isinstance(loop, ast.For) or not isinstance(loop.iter, ast.Call):
        return False
    target, given = loop.target, [*loop.iter.args, *(one.value for one in loop.iter.keywords)]
    if called(loop.iter) == "enumerate" and isinstance(target, ast.Tuple):
        target, starts = target.elts[0], given[1:2]
    elif called(loop.iter) == "range":
        starts = given[:-1][:1]
    else:
        return False
    if not all(isinstance(one, ast.Constant) for one in starts):
        return False
    first = starts[0].value if starts and isinstance(starts[0], ast.Constant) else 0
    now = held.get(target.id) if isinstance(target, ast.Name) else None
    return type(now) is int and now == first
