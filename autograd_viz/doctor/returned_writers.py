"""Penulis yang sudah selesai: pernyataan di forward, metode, atau fungsi, dan pustaka yang menulisi parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, definitions, heads, read_paths, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.forward_line import op_word, writes_op
from autograd_viz.doctor.graph_state import Conflict, consumers, same_storage
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.turns import may_have_run
from autograd_viz.doctor.writers import Write, writes
from autograd_viz.doctor.written_memory import looped, writes_into
from autograd_viz.tracing.walk import Walk

# What an in-place operation leaves in the graph, where its name differs from that of its node.
_NODES = {"copyslices": ("CopySlices", "IndexPut"), "zero": ("Zero", "Mul"), "fill": ("Fill",), "copy": ("Copy",)}
_VIEWS = (
    "asstrided", "unsqueeze", "squeeze", "view", "reshape", "t", "transpose", "permute", "select", "slice", "expand",
    "unsafeview", "alias", "detach", "narrow", "unbind", "split", "chunk",
)  # fmt: skip
_FRESH = ("zeros", "ones", "empty", "full", "rand", "randn", "tensor")  # also new_zeros, zeros_like
_LOADERS = ("load_state_dict", "vector_to_parameters", "apply")


class Suspect(NamedTuple):
    """Satu penulisan yang mungkin di sebuah fungsi, dan yang cocok dengannya: di graf, di pembuatan, di pembacaan."""

    write: Write
    in_graph: bool
    made_there: bool
    read_there: bool
    scope: Scope
    function: str = ""

    @property
    def score(self) -> int:
        """Berapa banyak yang cocok."""
        return self.in_graph + self.made_there + self.read_there


def suspects(evidence: Evidence, conflict: Conflict, nodes: Walk) -> list[Suspect]:
    """Penulisan di fungsi yang sudah selesai, yang paling cocok dengan simpanan yang berubah."""
    origins = _origins(conflict.maker)
    after = [op_word(node) for origin in origins for node in consumers(nodes, origin)]
    found = []
    for one in called_scopes(evidence, ran=True):
        for write in writes(one.scope):
            if writes_into(evidence, one, write, conflict.tensor) is False:
                continue
            made = any(_made(one.scope, write, origin) for origin in origins)
            read = _read(one.scope, write, conflict.node)
            suspect = Suspect(write, fits(write, after), made, read, one.scope, one.name)
            if _begun(one.scope, write):
                continue
            if suspect.in_graph or (made and read) or not (after or origins):
                found.append(suspect)
    best = max((one.score for one in found), default=0)
    return [one for one in found if one.score == best]


def _origins(maker: Any) -> list[Any]:
    """The node that made the memory, and the views of it on the way."""
    found = []
    while maker is not None:
        found.append(maker)
        parents = [parent for parent, _ in maker.next_functions if parent is not None]
        if op_word(maker).lower() not in _VIEWS or len(parents) != 1:
            break
        maker = parents[0]
    return found


def _made(scope: Scope, write: Write, origin: Any) -> bool:
    """Whether what is written was made by this operation, under its own name or that of which it is a view."""
    waiting = [(write.path, write.statement)]
    seen: set[str] = set()
    while waiting:
        path, before = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for statement, store in definitions(scope, path, before):
            if store.value is not None and statement is not write.statement:
                if writes_op(store.value, origin):
                    return True
                waiting += [(one, statement) for one in read_paths(store.value)[:1]]
    return False


def _begun(scope: Scope, write: Write) -> bool:
    """Whether it only fills fresh memory of this function, of which nothing has been read yet."""
    made = definitions(scope, write.path, write.statement)
    fresh = [store.value for statement, store in made if statement is not write.statement and store.kind == "assign"]
    made_of_nothing = all(isinstance(one, ast.Call) and _parts(called(one)) & set(_FRESH) for one in fresh)
    if not fresh or not made_of_nothing or write.path in scope.parameters:
        return False
    own = write.statement.loops
    return not any(
        (one.place < write.statement.place or any(loop in own for loop in one.loops))
        and any(begins(path, write.path) for path in read_paths(getattr(one.node, "value", None), *_conditions(one)))
        for one in scope.statements if one is not write.statement or own
    )  # fmt: skip


def _parts(name: str) -> set[str]:
    return set(name.split("_"))


def _conditions(one: Statement) -> list[ast.expr]:
    return heads(one.node) if hasattr(one.node, "body") else []


def _read(scope: Scope, write: Write, node: Any) -> bool:
    """Whether the operation that kept it reads it there, before it is written."""
    return any(
        writes_op(expression, node) and any(begins(path, write.path) for path in read_paths(expression))
        for statement in scope.statements
        if statement.place < write.statement.place or statement.loops
        for expression in heads(statement.node) if statement is not write.statement
    )  # fmt: skip


def fits(write: Write, after: Sequence[str]) -> bool:
    """Apakah operasi penulisan ini ada di antara simpul-simpul itu."""
    words = [word.lower().replace("_", "") for word in _NODES.get(write.operation, (write.operation,)) if word]
    return any(one.lower().startswith(word) or word.startswith(one.lower()) for word in words for one in after)


class ParameterWrite(NamedTuple):
    """Satu penulisan atas parameter-parameter sebuah modul, dan fungsi yang memuatnya; kosong di bingkai galatnya."""

    write: Write
    function: str = ""


def parameter_writes(evidence: Evidence, tensor: torch.Tensor) -> Iterator[ParameterWrite]:
    """Pernyataan yang menulisi semua parameter sebuah modul: perulangan, atau pustaka seperti load_state_dict."""
    for number, frame in enumerate(evidence.frames):
        current = frame.current
        for write in writes(frame.scope):
            through = looped(write, frame.variables) or ()
            if may_have_run(evidence, number, write.statement) and any(same_storage(one, tensor) for one in through):
                yield ParameterWrite(write)
        above = [one for one in frame.scope.statements if current is not None and one.place < current.place]
        yield from map(ParameterWrite, _loading(above, frame.variables, tensor))
    for one in called_scopes(evidence, ran=True):
        for write in writes(one.scope):
            if write.statement.silenced and writes_into(evidence, one, write, tensor):
                yield ParameterWrite(write, one.name)
        for write in _loading(one.scope.statements, one.held, tensor):
            yield ParameterWrite(write, one.name)


def _loading(statements: Sequence[Statement], held: Mapping[str, Any], tensor: torch.Tensor) -> Iterator[Write]:
    """Library calls that copy other values into the module of this tensor."""
    for statement in statements:
        for expression in heads(statement.node):
            for node in within(expression):
                owner = _loaded(node, held)
                if owner is not None and any(same_storage(one, tensor) for one in owner.parameters()):
                    yield Write(statement, ast.unparse(node), "copy", "")


def _loaded(node: ast.AST, held: Mapping[str, Any]) -> torch.nn.Module | None:
    """The module into which a library call copies other values."""
    if not isinstance(node, ast.Call) or called(node) not in _LOADERS or not isinstance(node.func, ast.Attribute):
        return None
    paths = read_paths(node.func.value) or read_paths(*node.args)
    values = [resolve(path, held)[0] for path in (*paths, *read_paths(*node.args[1:]))]
    return next((one for one in values if isinstance(one, torch.nn.Module)), None)
