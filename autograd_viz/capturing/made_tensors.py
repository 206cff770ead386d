"""Tensor baru dari `torch.tensor(...)`: dari bilangan atau tensor mana isinya disalin."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.lineage import Origins, RawOrigin
from autograd_viz.capturing.snapshot import plain
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.capturing.stored_names import variables_of
from autograd_viz.tracing.torch_internals import hidden_from_dispatch

_MOST = 64  # of a list whose tensors are looked at


def made_of_numbers(observer: Any, fresh: torch.Tensor, position: CodePosition | None) -> Origins:
    """Asal-usul sebuah tensor baru: bilangan yang tadi dibaca bingkai itu, dan isi tensor-tensor di sana."""
    log, frame = observer.log, observer.frame
    found = log.lineage.from_numbers(frame, position)
    if frame is None or fresh.dim() != 1 or not 0 < len(fresh) <= _MOST:
        return found
    held = _row(frame, fresh)
    if not held:
        return found
    nodes = tuple([observer.source(one) for one in held])
    return (*found, log.lineage.note(RawOrigin("item", nodes, len(log.events), position, made=position)))


def _row(frame: FrameType, fresh: torch.Tensor) -> list[torch.Tensor]:
    """The tensors whose numbers stand in the row: those of a list, or of single variables; empty where none do."""
    with hidden_from_dispatch():
        wanted = plain(fresh).tolist()
        variables = list(variables_of(frame).values())
        for held in variables:
            if type(held) in (list, tuple) and len(held) == len(wanted) and all(map(_is_number, held)):
                if [plain(one).item() for one in held] == wanted:
                    return list(held)
        single = {plain(held).item(): held for held in variables if _is_number(held)}
        return [single[one] for one in wanted] if all(one in single for one in wanted) else []


def _is_number(held: Any) -> bool:
    return type(held) is torch.Tensor and not held.dim() and held.requires_grad
