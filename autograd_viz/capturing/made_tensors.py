"""Tensor baru dari `torch.tensor(...)`: dari bilangan atau tensor mana isinya disalin."""

from __future__ import annotations

from typing import Any

import torch

from autograd_viz.capturing.lineage import Origins, RawOrigin
from autograd_viz.capturing.snapshot import plain
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.capturing.stored_names import variables_of
from autograd_viz.tracing.torch_internals import hidden_from_dispatch

_MOST = 64  # of a list whose tensors are looked at


def made_of_numbers(observer: Any, fresh: torch.Tensor, position: CodePosition | None) -> Origins:
    """Asal-usul sebuah tensor baru: bilangan yang tadi dibaca bingkai itu, dan isi sebuah daftar tensor di sana."""
    log, frame = observer.log, observer.frame
    found = log.lineage.from_numbers(frame, position)
    if frame is None or fresh.dim() != 1 or not 0 < len(fresh) <= _MOST:
        return found
    for held in list(variables_of(frame).values()):
        if type(held) not in (list, tuple) or len(held) != len(fresh) or not all(map(_is_number, held)):
            continue
        if _same(held, fresh):
            nodes = tuple([observer.source(one) for one in held])
            return (*found, log.lineage.note(RawOrigin("item", nodes, len(log.events), position, made=position)))
    return found


def _is_number(held: Any) -> bool:
    return type(held) is torch.Tensor and not held.dim() and held.requires_grad


def _same(held: Any, fresh: torch.Tensor) -> bool:
    with hidden_from_dispatch():
        return bool([plain(one).item() for one in held] == plain(fresh).tolist())
