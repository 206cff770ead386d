"""Optimizer yang diberi bukan daun, atau tidak diberi apa-apa."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import definitions, read_paths
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import members
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.names import submodules


def not_a_leaf(evidence: Evidence) -> Iterator[Finding]:
    """Parameter optimizer yang ternyata hasil operasi, dan pernyataan yang membuatnya."""
    here = evidence.here
    if here is None or here.current is None:
        return
    for path in read_paths(here.current.node):
        value = resolve(path, here.variables)[0]
        listed = list(members(ast.parse(path, mode="eval").body, here.variables)) if isinstance(value, (list, tuple)) \
            else [(path, value)]
        for name, tensor in listed:
            if isinstance(tensor, torch.Tensor) and not tensor.is_leaf:
                made = next(iter(definitions(here.scope, name.split("[")[0], here.current, 1)), None)
                yield _remade(name, made[0] if made is not None else None)
                return


def _remade(name: str, made: Statement | None) -> Finding:
    told = f"`{name}` hasil operasi"
    told += f", dari `{made.text}` di {at(made)}." if made is not None else "."
    value = getattr(made.node, "value", None) if made is not None else None
    mend = None
    if "[" not in name and isinstance(made, Statement) and isinstance(made.node, ast.Assign) and value is not None:
        whole = ast.unparse(value)
        simple = isinstance(value, (ast.Call, ast.Attribute, ast.Name, ast.Subscript))
        mend = instead(made, f"{name} = {whole if simple else f'({whole})'}.detach().requires_grad_(True)")
    words = {"param": name, "tensor": name, "leaf": name}
    return Finding("kali-sesudah-tanda", told, words, mend, forward=made, weight=4)


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
        mend = f"self.{attribute} = nn.{container}({_content(node.value)})"
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
