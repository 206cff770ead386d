"""Salinan lambat sebuah model (target, EMA) yang ikut dicatat: tak satu optimizer pun melatihnya."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import stores
from autograd_viz.doctor.findings import defined, instead
from autograd_viz.doctor.graph_state import Conflict, leaves, same_storage, upstream
from autograd_viz.doctor.methods import stored_by_methods
from autograd_viz.doctor.source import Statement
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.names import submodules
from autograd_viz.tracing.torch_internals import children_of
from autograd_viz.tracing.walk import walk


class Copy(NamedTuple):
    """Salinan itu: kalimat buktinya, dan obat yang membekukannya di tempat ia dibuat."""

    told: str
    mend: str


def untrained_copy(evidence: Evidence, conflict: Conflict) -> Copy | None:
    """Modul pemilik tensor itu yang tidak dilatih, bila membekukannya menghilangkan graf yang gagal.

    Grafnya hilang hanya bila semua daun di hulu simpul itu parameter modul tersebut, dan loss itu sendiri melatih
    parameter sebuah optimizer.
    """
    living = [one for one in gc.get_objects() if issubclass(type(one), torch.optim.Optimizer)]
    trained = [tensor for one in living for group in one.param_groups for tensor in group["params"]]
    tensor = conflict.tensor
    if tensor is None or _among(tensor, trained):
        return None
    if not any(_among(leaf, trained) for leaf in leaves(upstream(evidence.roots))):
        return None
    behind = leaves(walk([conflict.node]))
    for path, module, statement, name in _made(evidence):
        held = list(module.parameters())
        frozen = bool(held) and not any(_among(one, trained) for one in held) and _among(tensor, held)
        if frozen and all(any(one is other for other in held) for one in behind):
            told = f"Tidak ada optimizer yang memegang parameter `{path}`, jadi grafnya tidak diperlukan."
            return Copy(told, instead(statement, f"{ast.unparse(statement.node)}\n{name}.requires_grad_(False)"))
    return None


def _among(tensor: torch.Tensor, others: Sequence[torch.Tensor]) -> bool:
    return any(same_storage(tensor, one) for one in others)


def _made(evidence: Evidence) -> Iterator[tuple[str, torch.nn.Module, Statement, str]]:
    """Modules with the statement that made them and their name there: variables first, then attributes."""
    for path, module in evidence.modules():
        line = defined(evidence, path)
        if line is not None and any(store.path == path and store.kind == "assign" for store in stores(line.node)):
            yield path, module, line, path
    for path, owner in evidence.of_type(object):
        parts = [(path, owner)]
        if isinstance(owner, torch.nn.Module):
            parts += [(f"{path}.{inner}".rstrip("."), part) for inner, part in submodules(owner) if inner]
        for where, part in parts:
            for name, child in _children(part):
                stored = stored_by_methods(part, name)
                if stored is not None and isinstance(stored.store.value, ast.expr):
                    yield f"{where}.{name}", child, stored.statement, f"self.{name}"


def _children(owner: Any) -> list[tuple[str, torch.nn.Module]]:
    if isinstance(owner, torch.nn.Module):
        return list(children_of(owner).items())
    if is_library_class(type(owner)):
        return []
    return [(name, one) for name, one in (attributes(owner) or {}).items() if isinstance(one, torch.nn.Module)]
