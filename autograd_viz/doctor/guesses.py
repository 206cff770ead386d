"""Sebab yang hanya mungkin: yang dibantah program itu tidak disebut, dan obat yang tidak berguna dibuang."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.catalogue import Cause
from autograd_viz.doctor.cuts import find_cuts
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted, heads, read_paths
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.spent_guesses import spent_otherwise
from autograd_viz.library_code import is_library_class


def possible(cause: Cause, evidence: Evidence, words: Mapping[str, str]) -> Mapping[str, str] | None:
    """Kata-kata bagi sebuah sebab yang belum terbukti; None bila kode program itu membantahnya.

    Sebab yang menyebut `{line}` memerlukan pernyataan yang memang memuat polanya.
    """
    if not evidence.frames or any(not frame.scope.statements for frame in evidence.frames):
        return words  # something runs that nobody can read
    if spent_otherwise(cause, evidence, words):
        return None
    if not cause.needs:
        return words
    pattern = re.compile(cause.needs)
    fits = _FITTING.get(cause.id, _always)
    found = next((
        one for one in _statements(evidence) if not _is_text(one) and pattern.search(_read(one)) and fits(one)
    ), None)  # fmt: skip
    if found is None:
        return None
    return {**words, "line": found.text} if "{line}" in cause.say else words


def _always(_: Statement) -> bool:
    return True


def _copies_names(statement: Statement) -> bool:
    """Whether what is made a tensor there is computed: a list of plain numbers has no graph to be cut."""
    cuts = [cut for head in heads(statement.node) for cut in find_cuts(head) if cut.cause == "torch-tensor"]
    return any(read_paths(cut.operand) for cut in cuts)


_FITTING: Mapping[str, Callable[[Statement], bool]] = {"torch-tensor": _copies_names}


def useful(mend: str, evidence: Evidence) -> str | None:
    """Obat itu; kosong bila isinya hanya komentar, dan None bila yang hendak ditandainya sudah requires_grad."""
    lines = [line for line in mend.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return mend if mend.lstrip().startswith("# hapus baris") else ""
    held = [frame.variables for frame in evidence.frames]
    return None if all(_marked_already(line, held) for line in lines) else mend


def _statements(evidence: Evidence) -> Iterator[Statement]:
    """What the program may have run: its running and called functions, and the `__init__` of its objects."""
    for frame in evidence.frames:
        yield from reversed(frame.scope.statements)
    scopes = [one.scope for one in called_scopes(evidence, ran=True)]
    for scope in (*scopes, *_constructors(evidence)):
        yield from scope.statements


def _constructors(evidence: Evidence) -> Iterator[Scope]:
    seen: set[type] = set()
    for _, value in evidence.of_type(object):
        parts = value.modules() if isinstance(value, torch.nn.Module) else (value,)
        for part in parts:
            kind = type(part)
            if kind in seen or is_library_class(kind):
                continue
            seen.add(kind)
            function = code_of(kind.__init__)
            if function is not None:
                yield scope_of_function(function)


def _is_text(statement: Statement) -> bool:
    """A docstring, which runs nothing whatever it names."""
    return isinstance(statement.node, ast.Expr) and isinstance(statement.node.value, ast.Constant)


def _read(statement: Statement) -> str:
    """The statement, and what switches recording off around it."""
    return f"{statement.text}\n{statement.silenced}" if statement.silenced else statement.text


def _marked_already(line: str, held: list[Mapping[str, object]]) -> bool:
    """Whether this line gives requires_grad to what has it."""
    try:
        node = ast.parse(line.strip()).body[0]
    except (SyntaxError, IndexError):
        return False
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    path = dotted(call.func.value)
    if call.func.attr != "requires_grad_" or path is None or any(ast.unparse(one) == "False" for one in call.args):
        return False
    found = [_value(path, variables) for variables in held]
    return any(isinstance(one, torch.Tensor) and one.requires_grad for one in found)


def _value(path: str, variables: Mapping[str, object]) -> object:
    """What this name holds, also inside a Sequential: `net[0].weight` is its parameter `0.weight`."""
    value, rest = resolve(path, variables)
    if isinstance(value, torch.nn.Module) and rest:
        inner = re.sub(r"\[(\d+)\]", r".\1", rest).strip(".")
        return dict(value.named_parameters()).get(inner)
    return None if rest else value
