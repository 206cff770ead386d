"""Optimizer yang diberi bukan daun, atau tidak diberi apa-apa."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import read_paths
from autograd_viz.doctor.findings import Finding, called, instead
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.marked_too_early import as_leaves, last_computed
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.names import submodules


def not_a_leaf(evidence: Evidence) -> Iterator[Finding]:
    """Parameter optimizer yang ternyata hasil operasi, dan pernyataan-pernyataan yang menghitungnya."""
    here = evidence.here
    if here is None or here.current is None:
        return
    found: dict[int, tuple[str, torch.Tensor]] = {}
    for path in read_paths(here.current.node):
        value, rest = resolve(path, here.variables)
        for name, tensor in _inside(path.removesuffix(rest), value):
            if not tensor.is_leaf:
                found.setdefault(id(tensor), (name, tensor))
    if found:
        yield _remade(evidence, list(found.values()))


def _inside(name: str, value: Any, depth: int = 4) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors in a list, a dict, or a list of parameter groups, with their names."""
    if isinstance(value, torch.Tensor):
        yield name, value
    elif type(value) in (list, tuple, dict) and depth:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _inside(f"{name}[{key!r}]", one, depth - 1)


def _remade(evidence: Evidence, found: list[tuple[str, torch.Tensor]]) -> Finding:
    """Each of them with what computed it last; without a mend of its own where that is not in sight."""
    current = evidence.frames[0].current
    made = [last_computed(evidence, 0, name, current) for name, _ in found]
    told: dict[str, list[str]] = {}
    for (name, tensor), one in zip(found, made, strict=True):
        unseen = f"hasil operasi; grad_fn-nya `{type(node_of(tensor)).__name__}`."
        told.setdefault(one.told if one is not None else unseen, []).append(f"`{name}`")
    known = [one for one in made if one is not None]
    first = next(iter(known), None)
    words = {"param": found[0][0], "tensor": found[0][0], "leaf": found[0][0]}
    return Finding(
        "kali-sesudah-tanda", " ".join(f"{', '.join(names)} {text}" for text, names in told.items()), words,
        as_leaves(evidence, known) if None not in made else None,
        forward=first.statement if first is not None else None,
        writer=first.mark.statement if first is not None and first.mark is not None else None,
        tensors=tuple(tensor for _, tensor in found), weight=4, question=_which(evidence, found),
    )  # fmt: skip


def _which(evidence: Evidence, found: list[tuple[str, torch.Tensor]]) -> str:
    """A leaf behind it that has a name may be what is to be trained."""
    behind = leaves(upstream([tensor for _, tensor in found]))
    named = [f"`{name}`" for name in map(evidence.name, behind) if name]
    if not named:
        return ""
    listed, given = ", ".join(named[:4]), ", ".join(f"`{name}`" for name, _ in found[:4])
    return f"tensor mana yang hendak dilatih? Bila {listed}, berikan itu ke optimizer, dan {given} dihitung ulang " \
           "darinya di setiap langkah. Obat ini melatih hasil hitungannya."


def no_parameters(evidence: Evidence) -> Iterator[Finding]:
    """Modul yang lapisannya di daftar biasa, dan baris `__init__` yang membuat daftar itu."""
    here = evidence.here
    if here is None or here.current is None:
        return
    for path in read_paths(here.current.node):
        owner, rest = resolve(path, here.variables)
        if isinstance(owner, torch.nn.Module):
            yield from _plain_lists(path.removesuffix(rest), owner)
            return


def _plain_lists(name: str, model: torch.nn.Module) -> Iterator[Finding]:
    for _, part in submodules(model):
        for attribute, value in (attributes(part) or {}).items():
            items = list(value.values()) if isinstance(value, dict) else value
            if attribute.startswith("_") or not isinstance(items, (list, tuple)):
                continue
            if items and all(isinstance(one, (torch.nn.Module, torch.nn.Parameter)) for one in items):
                yield _registered(name, part, attribute, value)
                return


def _registered(name: str, part: torch.nn.Module, attribute: str, value: Any) -> Finding:
    container = "ModuleDict" if isinstance(value, dict) else "ModuleList"
    first = next(iter(value.values()) if isinstance(value, dict) else iter(value))
    if isinstance(first, torch.nn.Parameter):
        container = container.replace("Module", "Parameter")
    told = f"`self.{attribute}` di kelas `{type(part).__name__}` adalah {type(value).__name__} Python berisi " \
           f"{len(value)} bagian, dan `{name}` tidak tahu tentang isinya."
    made = _init_line(part, attribute)
    node = made.node if made is not None else None
    mend = f"self.{attribute} = nn.{container}(self.{attribute})  # di akhir __init__"
    if isinstance(node, ast.Assign) and made is not None:
        mend = instead(made, f"self.{attribute} = nn.{container}({_content(node.value)})")
    words = {"model": name, "tensor": f"self.{attribute}"}
    return Finding("daftar-biasa", told, words, mend, forward=made, weight=4)


def _content(value: ast.expr) -> str:
    empty = isinstance(value, (ast.List, ast.Dict)) and not (value.elts if isinstance(value, ast.List) else value.keys)
    if empty or (isinstance(value, ast.Call) and called(value) in ("list", "dict") and not value.args):
        return ""
    return ast.unparse(value)


def _init_line(part: torch.nn.Module, attribute: str) -> Statement | None:
    function = code_of(type(part).__init__)
    if function is None:
        return None
    for one in scope_of_function(function).statements:
        targets = one.node.targets if isinstance(one.node, ast.Assign) else []
        if any(ast.unparse(target) == f"self.{attribute}" for target in targets):
            return one
    return None
