"""Daftar berisi tensor yang masih punya graf, dibawa ke NumPy: angkanya disimpan sejak awal, atau diambil di sana."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import dotted, heads, stores, within
from autograd_viz.doctor.findings import at, instead
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.substitute import with_nodes

_ONE = "satu"  # the name of an entry in the mend


class Listed(NamedTuple):
    """Satu daftar di pernyataan yang gagal: tulisannya, isinya, kalimat buktinya, yang mengisinya, dan obatnya."""

    path: str
    tensors: tuple[torch.Tensor, ...]
    told: str
    writer: Statement | None
    mend: str


def listed_results(evidence: Evidence) -> Listed | None:
    """Daftar yang isinya masih punya graf; None bila pernyataan yang gagal itu tidak membaca satu pun."""
    here = evidence.here
    if here is None or here.current is None or hasattr(here.current.node, "body"):
        return None
    found = next(_lists(here.current.node, here.variables), None)
    if found is None:
        return None
    node, entries = found
    path = ast.unparse(node)
    tensors = tuple(one for one in entries if isinstance(one, torch.Tensor) and one.requires_grad)
    told = f"`{path}` di {at(here.current)} berisi {len(tensors)} tensor yang masih punya graf."
    kept = _kept_by(here, path, entries)
    if kept is None:
        return Listed(path, tensors, told, None, _one_by_one(here, path, entries))
    writer, added, whole = kept
    told += f" `{writer.text}` di {at(writer)} menyimpan tensornya beserta grafnya; untuk catatan cukup angkanya."
    return Listed(path, tensors, told, writer, instead(writer, with_nodes(writer.node, {id(added): whole})))


def _lists(node: ast.stmt, held: Mapping[str, Any]) -> Iterator[tuple[ast.expr, Sequence[Any]]]:
    """The arguments of calls that are lists with results in them: losses, self.losses, history["loss"], d.values()."""
    for call in ast.walk(node):
        for one in call.args if isinstance(call, ast.Call) else ():
            inner = one.func.value if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) else one
            value = value_of(inner, held)
            entries = tuple(value.values()) if isinstance(value, dict) and inner is not one else value
            if isinstance(entries, (list, tuple)) and entries and (inner is one or isinstance(value, dict)):
                if any(isinstance(entry, torch.Tensor) and entry.requires_grad for entry in entries):
                    if all(isinstance(entry, (torch.Tensor, float, int)) for entry in entries):
                        yield one, entries


def _kept_by(here: UserFrame, path: str, entries: Sequence[Any]) -> tuple[Statement, ast.expr, str] | None:
    """The only statement that puts results into the list, what it puts, and the number of it; nobody else reads it."""
    added: list[tuple[Statement, ast.expr]] = []
    for scope, name in _places(here, path):
        for one in scope.statements:
            found = next((store for store in stores(one.node) if store.path == name and store.kind == "append"), None)
            if found is not None and found.value is not None and _is_append(one.node):
                added.append((one, found.value))
            elif _reads(one.node, name) and not _same(one, here):
                return None
    if len(added) != 1 or any(isinstance(one, torch.Tensor) and one.numel() != 1 for one in entries):
        return None
    return *added[0], _number(ast.unparse(added[0][1]), entries)


def _places(here: UserFrame, path: str) -> Iterator[tuple[Scope, str]]:
    """The function itself; of an attribute all methods of the class that holds it."""
    owner, _, attribute = path.rpartition(".")
    if not owner:
        yield here.scope, path
        return
    value, rest = resolve(owner, here.variables)
    for kind in type(value).__mro__ if not rest and attribute.isidentifier() else ():
        for member in vars(kind).values():
            function = code_of(member)
            if function is not None:
                yield scope_of_function(function), f"self.{attribute}"


def _is_append(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "append"


def _reads(node: ast.stmt, name: str) -> bool:
    read = (one for head in heads(node) for one in within(head) if isinstance(getattr(one, "ctx", None), ast.Load))
    return any(dotted(one) == name for one in read)


def _same(one: Statement, here: UserFrame) -> bool:
    current = here.current
    return current is not None and (one.line, one.text, one.title) == (current.line, current.text, current.title)


def _number(text: str, entries: Sequence[Any]) -> str:
    """The number of one entry; what is not always a tensor is made one, for float() warns of what requires grad."""
    closed = text if text.replace(".", "").replace("_", "").isalnum() or text.endswith(")") else f"({text})"
    if all(isinstance(one, torch.Tensor) for one in entries):
        return f"{closed}.item()"
    return f"torch.as_tensor({text}).item()"


def _one_by_one(here: UserFrame, path: str, entries: Sequence[Any]) -> str:
    """The failing statement, and those below it that read the same list in a call, with the numbers of its entries."""
    whole = all(not isinstance(one, torch.Tensor) or one.numel() == 1 for one in entries)
    tensors = all(isinstance(one, torch.Tensor) for one in entries)
    number = f"{_ONE}.item()" if tensors else f"torch.as_tensor({_ONE}).item()"
    text = f"[{number if whole else f'{_ONE}.detach()'} for {_ONE} in {path}]"
    lines = []
    for one in here.scope.statements[here.current.place if here.current is not None else 0 :]:
        if hasattr(one.node, "body"):
            continue
        marked = {
            id(given): text for call in ast.walk(one.node) if isinstance(call, ast.Call)
            for given in call.args if ast.unparse(given) == path and _outside(call)
        }  # fmt: skip
        if marked:
            lines.append(instead(one, with_nodes(one.node, marked)))
    return "\n".join(lines)


def _outside(call: ast.Call) -> bool:
    """Whether a library that knows nothing of graphs is called, as far as the name says it."""
    return (dotted(call.func) or "").split(".")[0] not in ("len", "print", "sum", "torch", "list", "enumerate", "zip")
