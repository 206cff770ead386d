"""Baris forward sebuah simpul: dari mode anomali, dari rekaman, atau dari variabel dan pohon kode."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.capturing.event_log import RecordingKey
from autograd_viz.capturing.source_map import line_of
from autograd_viz.doctor.called_scopes import called_things, scopes_of_call
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import definitions, heads, read_paths, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.graph_state import forward_traceback, node_of, upstream
from autograd_viz.doctor.methods import code_of, scope_of_function, user_forwards
from autograd_viz.doctor.source import Scope, Statement, statement_in
from autograd_viz.library_code import is_library
from autograd_viz.tracing.torch_internals import parameters_of
from autograd_viz.tracing.walk import Walk

_ENTRY = re.compile(r'File "(.+?)", line (\d+), in ')
_BACKWARD = re.compile(r"Backward\d*$")
_ALIASES = {  # what is written for the operation of a node
    "mm": ("matmul", "mm", "@"), "bmm": ("matmul", "bmm", "@"), "addmm": ("linear", "addmm"), "mul": ("mul", "*"),
    "add": ("add", "+"), "sub": ("sub", "-"), "div": ("div", "/"), "pow": ("pow", "**", "square"), "neg": ("neg",),
    "mean": ("mean",), "sum": ("sum",), "mv": ("mv", "@"), "dot": ("dot", "@"), "select": ("[]",), "slice": ("[]",),
}  # fmt: skip
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@"}


def op_word(node: Any) -> str:
    """Nama operasi sebuah simpul tanpa `Backward0`.

    >>> op_word(torch.ones(1, requires_grad=True).exp().grad_fn)
    'Exp'
    """
    return _BACKWARD.sub("", type(node).__name__)


def forward_line(evidence: Evidence, node: Any, nodes: Walk) -> Statement | None:
    """Pernyataan pengguna yang membuat simpul ini; None bila tidak dapat dipastikan."""
    told = forward_traceback(node)
    if told is not None and (found := _from_traceback(told)) is not None:
        return found
    named = _from_names(evidence, node, nodes)
    if named is not None and named[1]:
        return named[0]
    inside = _from_call(evidence, named[0], node) if named is not None else None
    return _from_recording(node) or inside or _from_functions(evidence, node) or (named[0] if named else None)


def _from_traceback(told: str) -> Statement | None:
    for filename, line in reversed(_ENTRY.findall(told)):
        if not is_library(filename):
            return statement_in(filename, int(line))
    return None


def _from_recording(node: Any) -> Statement | None:
    """A recording knows where each node was made; its key in the node's metadata tells the place."""
    for key in list(node.metadata):
        if isinstance(key, RecordingKey):
            position = key.place_of(node.metadata[key])
            line = line_of(position) if position is not None else None
            if position is not None and line is not None:
                return statement_in(position.code.co_filename, line)
    return None


def _scopes(evidence: Evidence) -> Iterator[tuple[Scope, str]]:
    for frame in evidence.frames:
        yield frame.scope, frame.filename
    for _, module in evidence.modules():
        for _, _, function in user_forwards(module):
            yield scope_of_function(function), function.__code__.co_filename
    for frame in evidence.frames:
        for value in list(frame.variables.values()):
            called_there = code_of(value) if not isinstance(value, (torch.nn.Module, torch.Tensor)) else None
            if called_there is not None:
                yield scope_of_function(called_there), called_there.__code__.co_filename


def _from_names(evidence: Evidence, node: Any, nodes: Walk) -> tuple[Statement, bool] | None:
    """The statement of the nearest named tensor behind this node, and whether it writes the operation itself."""
    place = {one: at for at, one in enumerate(nodes)}
    behind = [
        one for one in evidence.known
        if (maker := node_of(one.tensor)) in place and place[maker] >= place.get(node, 0)
        and (maker is node or node in upstream([one.tensor]))
    ]  # fmt: skip
    behind.sort(key=lambda one: place[node_of(one.tensor)])
    for one in behind:
        frame = evidence.frames[one.frame]
        found = definitions(frame.scope, one.path, frame.current, 3)
        made = [(line, store) for line, store in found if _holds(store.path, one.path, frame.variables)]
        exact = [statement for statement, store in made if store.value is not None and writes_op(store.value, node)]
        if exact:
            return exact[0], True
        if made and (node_of(one.tensor) is node or _made_there(made[0][1].value, frame.variables, node)):
            return made[0][0], False
    here = evidence.here
    current = here.current if here is not None else None
    if current is not None and any(writes_op(expression, node) for expression in heads(current.node)):
        return current, True
    return None


def _holds(stored: str, path: str, held: Mapping[str, Any]) -> bool:
    """Whether what was stored is the tensor or a container of it: who made a module has not made what it keeps."""
    if not path.startswith(stored) or stored == path:
        return True
    value, rest = resolve(stored, held)
    return bool(rest) or isinstance(value, (torch.Tensor, list, tuple, dict))


def _made_there(value: ast.expr | None, held: Mapping[str, Any], node: Any) -> bool:
    """Whether a node was made by this expression: it lies behind its result, but behind none of its operands."""
    found = [resolve(path, held)[0] for path in read_paths(value)]
    return value is not None and node not in upstream([one for one in found if isinstance(one, torch.Tensor)])


def _from_call(evidence: Evidence, statement: Statement, node: Any) -> Statement | None:
    """The only statement that writes this operation in the functions that this statement runs."""
    frame = next((one for one in evidence.frames if statement in one.scope.statements), None)
    things = called_things(statement, frame.variables) if frame is not None else ()
    found = {
        (one.title, one.line): one for thing in things for scope in scopes_of_call(thing)
        for one in scope.scope.statements
        if any(writes_op(expression, node) for expression in heads(one.node)) or _runs(one, scope.held, node)
    }  # fmt: skip
    return next(iter(found.values())) if len(found) == 1 else None


def _runs(statement: Statement, held: Mapping[str, Any], node: Any) -> bool:
    """Whether this statement runs the library's module whose own parameter this operation works with."""
    used = [leaf for parent, _ in node.next_functions if parent is not None for leaf in _leaves(parent)]
    for thing in called_things(statement, held) if used else ():
        if isinstance(thing, torch.nn.Module) and code_of(thing) is None:
            if any(one is leaf for one in parameters_of(thing).values() for leaf in used):
                return True
    return False


def _leaves(parent: Any) -> list[torch.Tensor]:
    """The leaf itself, or behind its transpose."""
    inner = [one for one, _ in parent.next_functions if one is not None] if op_word(parent) == "T" else [parent]
    return [one.variable for one in inner if hasattr(one, "variable")]


def _from_functions(evidence: Evidence, node: Any) -> Statement | None:
    """The only statement of a user's forward() or function that writes this operation."""
    found: dict[tuple[str, int], Statement] = {}
    for scope, name in _scopes(evidence):
        for one in scope.statements:
            if any(writes_op(expression, node) for expression in heads(one.node)):
                found[name, one.line] = one
    return next(iter(found.values())) if len(found) == 1 else None


def writes_op(expression: ast.expr, node: Any) -> bool:
    """Apakah ungkapan ini menulis operasi simpul itu: `x.exp()` untuk ExpBackward0, `a * b` untuk MulBackward0.

    >>> writes_op(ast.parse("x.exp()", mode="eval").body, torch.ones(1, requires_grad=True).exp().grad_fn)
    True
    """
    word = re.sub(r"[\W_]", "", op_word(node).lower())
    wanted = _ALIASES.get(word, (word,))
    for one in within(expression):
        if isinstance(one, ast.Call) and not called(one)[:1].isupper():
            if called(one).lower().replace("_", "") in wanted:
                return True
        if isinstance(one, ast.BinOp) and _SIGNS.get(type(one.op)) in wanted:
            return True
        if isinstance(one, ast.Subscript) and "[]" in wanted and read_paths(one.value):
            return True
    return False
