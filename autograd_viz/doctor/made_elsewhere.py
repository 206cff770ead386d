"""Galat yang sebabnya ada di `__init__` sebuah modul: modul yang menulis di tempat di belakang sebuah kait."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import heads, within
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement


def hooked_and_written(evidence: Evidence) -> Iterator[Finding]:
    """Modul `inplace=True` di belakang modul yang diberi kait mundur."""
    if "BackwardHookFunction" not in str(evidence.error):
        return
    found: dict[tuple[str, int, str], Statement] = {}
    for scope in _scopes(evidence):
        for statement in scope.statements:
            for head in heads(statement.node):
                for node in within(head):
                    if isinstance(node, ast.Call) and any(_writes(keyword) for keyword in node.keywords):
                        found[statement.title, node.lineno, ast.unparse(node)] = statement
    if not found:
        return
    lines = [f"{_without(text)}  # menggantikan {text} di baris {line}" for _, line, text in found]
    told = "Kait mundur (`register_full_backward_hook`) membungkus hasil modulnya, lalu modul dengan inplace=True " \
           f"sesudahnya menulis ke hasil itu ({', '.join(f'baris {line}' for _, line, _ in found)})."
    yield Finding("kait-modul-dan-inplace", told, {}, "\n".join(lines), forward=next(iter(found.values())), weight=4)


def _writes(keyword: ast.keyword) -> bool:
    return keyword.arg == "inplace" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _without(text: str) -> str:
    call = ast.parse(text, mode="eval").body
    if isinstance(call, ast.Call):
        call.keywords = [one for one in call.keywords if not _writes(one)]
    return ast.unparse(call)


def _scopes(evidence: Evidence) -> Iterator[Scope]:
    """The running and the called functions, and the `__init__` of the classes of all modules."""
    yield from (frame.scope for frame in evidence.frames)
    yield from (one.scope for one in called_scopes(evidence))
    seen: set[type] = set()
    for _, module in evidence.modules():
        for part in module.modules():
            function = code_of(type(part).__init__) if type(part) not in seen else None
            seen.add(type(part))
            if function is not None:
                yield scope_of_function(function)
