"""`copy.deepcopy` yang mengenai hasil operasi: tensornya sendiri, wadahnya, atau atribut sebuah modul."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.methods import StoringMethod, stored_by_methods
from autograd_viz.doctor.printable import indexed
from autograd_viz.doctor.source import Statement
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.names import submodules

_KEPT = "simpanan"  # the name that holds aside what must not be copied


_EMPTY: dict[type, str] = {list: "[]", tuple: "()", dict: "{}"}


class Kept(NamedTuple):
    """Satu atribut yang memegang hasil operasi: namanya di program, tensornya, dan metode yang menyimpannya."""

    path: str
    tensor: torch.Tensor
    stored: StoringMethod | None
    empty: str  # what stands in its place meanwhile


def copied_result(evidence: Evidence) -> Iterator[Finding]:
    """Apa yang disalin dan masih punya graf, dengan obat bagi pernyataan yang menyalinnya."""
    here = evidence.here
    call = _copying(here.current) if here is not None else None
    if here is None or here.current is None or call is None or not call.args:
        return
    path, whole = dotted(call.args[0]), ast.unparse(call)
    value, rest = resolve(path, here.variables) if path is not None else (None, "")
    if path is None or rest:
        return
    text = ast.unparse(here.current.node)
    if (copied := _copy_of(path, value)) is not None:
        told = f"`{here.current.text}` di {at(here.current)} menyalin `{path}`, hasil operasi yang masih punya graf."
        words = {"tensor": path, "line": here.current.text}
        mend = instead(here.current, text.replace(whole, copied))
        yield Finding("menyalin-hasil", told, words, mend, writer=here.current, weight=4)
        return
    kept = list(_kept(path, value))
    if not kept:
        return
    named = [f"`{one.path}`" + (f" (disimpan {at(one.stored.statement)})" if one.stored else "") for one in kept]
    told = f"`{path}` yang disalin di {at(here.current)} memegang {', '.join(named)}: hasil operasi yang masih punya " \
           "graf. Selama penyalinan ia disisihkan; salinannya mengisinya lagi pada forward berikutnya."
    names = [f"{_KEPT}{number if number > 1 else ''}" for number in range(1, len(kept) + 1)]
    aside = [f"{name}, {one.path} = {one.path}, {one.empty}" for name, one in zip(names, kept, strict=True)]
    back = [f"{one.path} = {name}" for name, one in zip(names, kept, strict=True)]
    first = kept[0].stored
    yield Finding(
        "modul-menyimpan-hasil", told, {"tensor": kept[0].path, "line": here.current.text},
        instead(here.current, "\n".join([*aside, text, *back])),
        forward=first.statement if first is not None else None, writer=here.current,
        tensors=tuple(one.tensor for one in kept), weight=4,
    )  # fmt: skip


def _copying(current: Statement | None) -> ast.Call | None:
    for node in ast.walk(current.node) if current is not None and not hasattr(current.node, "body") else ():
        if isinstance(node, ast.Call) and called(node) == "deepcopy":
            return node
    return None


def _copy_of(path: str, value: Any) -> str | None:
    """The content alone: of one result, or of each in a list or dict."""
    if isinstance(value, torch.Tensor):
        return f"{path}.detach().clone()"
    if type(value) is dict and value and all(isinstance(one, torch.Tensor) for one in value.values()):
        return f"{{k: v.detach().clone() for k, v in {path}.items()}}"
    if type(value) in (list, tuple) and value and all(isinstance(one, torch.Tensor) for one in value):
        listed = f"[v.detach().clone() for v in {path}]"
        return listed if type(value) is list else f"tuple({listed})"
    return None


def _kept(path: str, value: Any) -> Iterator[Kept]:
    """Attributes that hold a result, or a list of them, in this object and in its modules."""
    items = value.items() if type(value) is dict else enumerate(value) if type(value) in (list, tuple) else ()
    for key, one in items:
        yield from _kept(f"{path}[{key!r}]", one)
    owners = [(path, value)]
    if isinstance(value, torch.nn.Module):
        owners = [(f"{path}.{inner}".rstrip("."), part) for inner, part in submodules(value)]
    elif value is not None and not is_library_class(type(value)):
        for name, one in (attributes(value) or {}).items():
            if isinstance(one, torch.nn.Module):
                owners += [(f"{path}.{name}.{inner}".rstrip("."), part) for inner, part in submodules(one)]
    for where, owner in owners:
        for name, one in (attributes(owner) or {}).items() if owner is not None else ():
            held = one if isinstance(one, (list, tuple)) else one.values() if isinstance(one, dict) else (one,)
            results = [inner for inner in held if isinstance(inner, torch.Tensor) and not inner.is_leaf]
            if results and name.isidentifier() and not name.startswith("_"):
                empty = _EMPTY.get(type(one), "None")
                yield Kept(f"{indexed(where)}.{name}", results[0], stored_by_methods(owner, name), empty)
