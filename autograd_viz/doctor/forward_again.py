"""Obat bagi parameter yang digeser di antara forward dan backward: forwardnya dijalankan sesudah langkah itu."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import at, instead, method_call, removed, span
from autograd_viz.doctor.graph_state import node_of, same_storage, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.unrolled_steps import anew, spoiled_by_writing, through
from autograd_viz.tracing.trace import LEAF


def forward_again(
    evidence: Evidence, frame: UserFrame, step: Statement, asked: ast.expr | None, written: Sequence[torch.Tensor]
) -> str | None:
    """Baris-baris yang menghitung `asked` dari `written`, sesudah `step` di bingkai ini; None bila tidak terbaca.

    Yang tidak dibaca sebelum langkah itu dipindahkan, yang lain dihitung untuk kedua kalinya.
    """
    current = frame.current
    lines = through(frame, _stale(evidence, written), asked, current)
    if current is None or asked is None or not lines or not lines[0].place < step.place < current.place:
        return None
    early = [one for one in lines if one.place < step.place]
    late = [one for one in lines if one.place > step.place]
    wanted = ast.Tuple([asked, *(store.value for one in late for store in stores(one.node) if store.value is not None)])
    kept = _kept(frame, early, step)
    texts = anew(early, asked if not late else wanted, frame.variables)
    target = late[0] if late else current
    told = [removed(one) for one in early if one not in kept]
    told += [instead(one, text) for one in kept if (text := _without_unread(frame, one, early, kept, step))]
    told += _graph_given_up(frame, early, current)
    again = ", ".join(at(one) for one in kept)
    why = f"; {again} dihitung lagi" if again else ""
    return "\n".join([*told, f"# tepat di atas {at(target)}, `{target.text}`{why}:", *texts])


def _stale(evidence: Evidence, written: Sequence[torch.Tensor]) -> list[Any]:
    """The leaves that were written, and what saved something that was."""
    nodes = upstream(evidence.roots)
    own = [node for node in nodes if type(node) is LEAF and any(same_storage(node.variable, one) for one in written)]
    return [*own, *spoiled_by_writing(evidence)]


def _between(frame: UserFrame, lines: Sequence[Statement], step: Statement) -> list[Statement]:
    first = lines[0].place
    return [one for one in frame.scope.statements if first < one.place <= step.place and one not in lines]


def _kept(frame: UserFrame, lines: Sequence[Statement], step: Statement) -> list[Statement]:
    """Of the lines those that something above the step reads too."""
    kept: list[Statement] = []
    read = [path for one in _between(frame, lines, step) for path in read_paths(one.node)]
    for one in reversed(lines):
        if any(begins(path, store.path) for path in read for store in stores(one.node)):
            kept.append(one)
            read += read_paths(one.node)
    return kept[::-1]


def _without_unread(
    frame: UserFrame, line: Statement, lines: Sequence[Statement], kept: Sequence[Statement], step: Statement
) -> str:
    """The line with `_` for each of its results that is computed anew before anything reads it."""
    node = ast.parse(ast.unparse(line.node)).body[0]
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    if not isinstance(target, ast.Tuple) or not all(isinstance(one, ast.Name) for one in target.elts):
        return ""
    readers = [*_between(frame, lines, step), *(one for one in kept if one is not line)]
    read = [path for one in readers for path in read_paths(one.node)]
    names = [ast.unparse(one) for one in target.elts]
    if all(any(begins(path, name) for path in read) for name in names):
        return ""
    target.elts = [
        ast.Name(name if any(begins(path, name) for path in read) else "_", ast.Store()) for name in names
    ]
    return ast.unparse(node)


def _graph_given_up(frame: UserFrame, lines: Sequence[Statement], current: Statement) -> list[str]:
    """The earlier backward without retain_graph, where the later one no longer goes through its graph."""
    asking = [one for one in frame.scope.statements if not hasattr(one.node, "body")
              and method_call(one.node, "backward", "grad") is not None]  # fmt: skip
    if len(asking) != 2 or asking[1] is not current:
        return []
    written = {store.path for one in lines for store in stores(one.node)}
    read = [path for one in lines for path in read_paths(getattr(one.node, "value", None))]
    values = [resolve(path, frame.variables)[0] for path in read if not any(begins(path, name) for name in written)]
    if any(isinstance(value, torch.Tensor) and node_of(value) is not None for value in values):
        return []
    node = ast.parse(ast.unparse(asking[0].node)).body[0]
    call = method_call(node, "backward", "grad")
    given = [one for one in call.keywords if one.arg == "retain_graph"] if call is not None else []
    if call is None or not given:
        return []
    call.keywords = [one for one in call.keywords if one not in given]
    return [f"# menggantikan {span(asking[0])}; grafnya tidak dilewati lagi:\n{ast.unparse(node)}"]
