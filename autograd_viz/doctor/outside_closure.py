"""Hitungan di luar `closure` yang diberikan kepada `step()`: optimizer memanggilnya beberapa kali, grafnya satu."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, definitions, heads, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, called, removed
from autograd_viz.doctor.graph_state import node_of
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.walk import Walk


def outside_closure(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """Tensor yang punya graf yang dibaca `closure` dari luar dirinya, dan obat yang menghitungnya di dalam."""
    for number, (frame, outer) in enumerate(zip(evidence.frames, evidence.frames[1:], strict=False)):
        call = outer.call
        if not isinstance(call, ast.Call) or called(call) != "step" or outer.current is None:
            continue
        given = [ast.unparse(one) for one in (*call.args, *(keyword.value for keyword in call.keywords))]
        for path, reader in _read_from_outside(frame):
            value = resolve(path, frame.variables)[0]
            if not given or not isinstance(value, torch.Tensor) or node_of(value) not in nodes:
                continue
            lines = next(filter(None, (_made(one, path) for one in evidence.frames[number + 1 :])), [])
            where = f"dihitung di luarnya ({', '.join(map(at, lines[-1:]))})" if lines else "dihitung di luarnya"
            yield Finding(
                "dua-kali",
                f"`{outer.current.text}` ({at(outer.current)}) memanggil `{given[0]}()` beberapa kali, sedangkan "
                f"`{path}` {where}: panggilan pertama menghabiskan grafnya.",
                {"tensor": path, "line": lines[-1].text if lines else ""},
                _mend(outer, lines, reader, given[0]),
                forward=lines[-1] if lines else None,
                nodes=(node_of(value),),
                weight=5,
            )
            return


def _read_from_outside(frame: UserFrame) -> Iterator[tuple[str, Statement]]:
    """The names that the closure does not give itself, and the statement that reads each of them first."""
    own = {store.path.split(".")[0] for one in frame.scope.statements for store in stores(one.node)}
    seen: set[str] = set()
    for statement in frame.scope.statements:
        for path in read_paths(*heads(statement.node)):
            while resolve(path, frame.variables)[1] and "." in path:
                path = path.rpartition(".")[0]  # the tensor of loss.backward
            if path not in seen and path.split(".")[0] not in (*own, *frame.scope.parameters):
                seen.add(path)
                yield path, statement


def _made(frame: UserFrame, path: str) -> list[Statement]:
    """The statements of this function that compute it from what has no graph yet; none where that is not plain."""
    found: dict[int, Statement] = {}
    waiting: list[tuple[str, Statement | None]] = [(path, frame.current)]
    while waiting:
        name, before = waiting.pop()
        made = definitions(frame.scope, name, before, 1)
        if not made or made[0][1].kind != "assign":
            return []
        statement, node = made[0][0], made[0][0].node
        if not isinstance(node, ast.Assign):
            return []
        around = frame.current.blocks if frame.current is not None else ()
        own = [store.path for store in stores(node)]
        read = [one for one in read_paths(node.value) if _with_graph(one, frame)]
        itself = any(begins(one, base) for one in read for base in own)
        if itself or statement.blocks != around[: len(statement.blocks)]:
            return []
        if statement.place not in found:
            found[statement.place] = statement
            waiting += [(one, statement) for one in read]
    return [found[place] for place in sorted(found)]


def _with_graph(path: str, frame: UserFrame) -> bool:
    value: Any = resolve(path, frame.variables)[0]
    held = value if isinstance(value, (list, tuple)) else (value,)
    return any(isinstance(one, torch.Tensor) and node_of(one) is not None for one in held)


def _mend(outer: UserFrame, lines: list[Statement], reader: Statement, closure: str) -> str | None:
    if not lines:
        return None
    names = [store.path for one in lines for store in stores(one.node)]
    others = [
        one for one in outer.scope.statements
        if one not in lines and any(begins(path, name) for path in read_paths(*heads(one.node)) for name in names)
    ]  # fmt: skip
    gone = [] if others else [removed(one) for one in lines]
    line = reader.blocks[0].lineno if reader.blocks else reader.line  # type: ignore[union-attr]
    title = f"{reader.title} " if reader.title.startswith("sel") else ""
    place = f"# baris baru di dalam {closure}(), tepat di atas {title}baris {line}:"
    return "\n".join([*gone, place, *(one.text for one in lines)])
