"""Isi modul-modul terluar di akhir blok: parameternya, yang dipegangnya tanpa terdaftar, dan yang di luar graf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

import torch
from torch import nn

from autograd_viz.graph import Outside
from autograd_viz.recording.circumstances import ModuleParts, NotFrozen, Parameter
from autograd_viz.tracing.names import Names, members, submodules

_DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)
_DEEPEST = 3
_FREEZING, _ALIKE = "requires_grad", 0.85  # its misspellings are alike, and no other attribute of a module is


def parts_of(
    log: Any, roots: Sequence[nn.Module], labels: Sequence[str], called: Sequence[str | None]
) -> tuple[ModuleParts, ...]:
    """Isi setiap modul; nomor daunnya nomor catatan."""
    told = zip(roots, labels, called, strict=True)
    return tuple(_parts(log, root, label)._replace(called=name) for root, label, name in told)


def outside_of(log: Any, names: Names, roots: Sequence[nn.Module], labels: Sequence[str]) -> tuple[Outside, ...]:
    """Parameter modul-modul yang menamai rekaman ini, dan modul-modul yang dipanggil, yang bukan daunnya."""
    leaves = {id(leaf) for _, leaf in log.leaves()}
    found = {one.name: one for one in names.outside(leaves)}
    told = set(names.parameters)
    for root, label in zip(roots, labels, strict=True):
        held = [(path, one) for path, one in members(submodules(root)) if isinstance(one, nn.Parameter)]
        alone = len(roots) == 1 and not names.parameters and any(id(one) in leaves for _, one in held)
        for path, one in held:
            if id(one) not in leaves and id(one) not in told:
                told.add(id(one))
                name = path if alone else f"{label}.{path}"
                found.setdefault(name, Outside(name, not one.requires_grad))
    return tuple(found.values())


def _parts(log: Any, root: nn.Module, label: str) -> ModuleParts:
    parts = submodules(root)
    held = [(path, one) for path, one in members(parts) if isinstance(one, nn.Parameter)]
    parameters = tuple(Parameter(path, log.leaf_number(one), not one.requires_grad) for path, one in held)
    known = {id(one) for _, one in members(parts)}
    loose: dict[int, Parameter] = {}
    for path, part in parts:
        for name, value in vars(part).items():
            if not name.startswith("_"):
                for where, leaf in _leaves(f"{path}{name}", value, 0):
                    number = log.leaf_number(leaf)
                    if number is not None and id(leaf) not in known:
                        loose.setdefault(number, Parameter(where, number))
    return ModuleParts(
        label,
        parameters,
        tuple(loose.values()),
        sum(isinstance(part, _DROPOUTS) and part.p > 0 for _, part in parts),
        sum(isinstance(part, _BATCH_NORMS) for _, part in parts),
        not_frozen=tuple(_not_frozen(log, parts, held)),
    )


def _not_frozen(log: Any, parts: Any, held: Sequence[tuple[str, nn.Parameter]]) -> Iterator[NotFrozen]:
    """What was given an attribute that looks like a freeze, and asks for gradients as before."""
    for path, one in (*((path.rstrip("."), part) for path, part in parts), *held):
        for name, value in vars(one).items() if hasattr(one, "__dict__") else ():
            if value is False and SequenceMatcher(None, name, _FREEZING).ratio() > _ALIKE:
                inside = [one] if isinstance(one, nn.Parameter) else list(one.parameters())
                live = [(where, leaf) for where, leaf in held if any(leaf is mine for mine in inside)]
                asking = tuple(Parameter(where, log.leaf_number(leaf)) for where, leaf in live if leaf.requires_grad)
                if asking:
                    yield NotFrozen(path, name, asking)


def _leaves(path: str, value: Any, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    """The leaves in what a module holds as a plain attribute."""
    if isinstance(value, torch.Tensor):
        if value.is_leaf and value.requires_grad:
            yield path, value
    elif isinstance(value, nn.Module):
        yield from ((f"{path}.{name}", one) for name, one in members(submodules(value)) if one.requires_grad)
    elif depth < _DEEPEST and type(value) in (list, tuple):
        for at, one in enumerate(value):
            yield from _leaves(f"{path}[{at}]", one, depth + 1)
    elif depth < _DEEPEST and type(value) is dict:
        for key, one in value.items():
            yield from _leaves(f"{path}[{key!r}]", one, depth + 1)
