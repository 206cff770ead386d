"""Perubahan di tempat: apa yang diubah, milik daun mana, oleh fungsi mana, dan isinya sebelum serta sesudah."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import torch

from autograd_viz.recording.capture import Taken, outline, take
from autograd_viz.recording.seen import Changed, Pending
from autograd_viz.tracing.values import LISTED

_WRAPPERS = {"decorate_context", "wrapper", "inner"}


def taken_before(tensor: torch.Tensor) -> Taken:
    """Isi sebelum diubah; tensor besar hanya bentuknya."""
    return take(tensor) if tensor.numel() <= LISTED else outline(tensor)


def about_to_change(tape: Any, tensor: Any, direct: bool) -> Changed | None:
    """Perubahan yang layak dicatat: oleh baris pengguna sendiri, atau pada daun yang dikenal maupun .grad-nya."""
    if not isinstance(tensor, torch.Tensor):
        return None
    owned = None if tape.running or not tensor.is_floating_point() else _owner(tape, tensor)
    if owned is None:
        return Changed(tensor, taken_before(tensor)) if direct else None
    number, leaf, is_grad = owned
    if is_grad and leaf.grad is not None:
        return Changed(leaf.grad, tape.content(leaf.grad), number, is_grad)
    return Changed(leaf, tape.leaf_value(number, leaf), number)


def _owner(tape: Any, tensor: torch.Tensor) -> tuple[int, torch.Tensor, bool] | None:
    """The leaf that holds this tensor as itself or as its .grad, be it through a view, detach() or .data."""
    owner = tensor if tensor._base is None else tensor._base
    known = tape.leaves.get(id(owner))
    if known is not None:
        return (*known, False)
    where, count = owner.data_ptr(), owner.numel()
    for number, leaf in tape.leaves.values():
        grad = leaf.grad
        if grad is not None and (grad is owner or (grad.data_ptr() == where and grad.numel() == count)):
            return number, leaf, True
        if leaf.data_ptr() == where and leaf.numel() == count:
            return number, leaf, False
    return None


def called_by_user(tape: Any, otherwise: str) -> str:
    """Nama fungsi pustaka yang dipanggil pengguna, misalnya clip_grad_norm_, bukan operasi di dalamnya."""
    name = otherwise
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not tape.ground.owns(frame):
        own = frame.f_code.co_name
        if not own.startswith("_") and own not in _WRAPPERS:
            name = own
        frame = frame.f_back
    return name


def write(tape: Any, pending: Pending) -> None:
    """Mencatat perubahan yang baru saja selesai."""
    for one in pending.changed:
        if one.leaf is None:
            _result(tape, one, pending)
        elif one.is_grad:
            tape.fresh.pop(id(one.tensor), None)  # .data has a version of its own
            after = tape.content(one.tensor)
            if pending.label == "zero_":
                tape.events.append(("zero_grad", pending.spot, "zero_", [(one.leaf, one.before, after)]))
            else:
                _event(tape, None, one, after, pending, one.leaf)
        else:
            tape.forget(one.leaf)
            _event(tape, one.leaf, one, tape.leaf_value(one.leaf, one.tensor), pending)


def _result(tape: Any, one: Changed, pending: Pending) -> None:
    """A tensor that is no leaf: its owner may have a new node now."""
    owner = one.tensor if one.tensor._base is None else one.tensor._base
    node = owner.grad_fn if owner.requires_grad else None
    number = None
    if node is not None:
        known = len(tape.nodes)
        number = tape.number(node)
        tape.nodes[number].values[owner.output_nr] = take(owner)
        if number >= known:
            after = take(one.tensor)
            tape.record("inplace", number, pending.inputs, pending.spot, one.before, after, pending.label, None)
            return
    _event(tape, number, one, take(one.tensor), pending)


def _event(
    tape: Any, number: int | None, one: Changed, after: Taken, pending: Pending, held: int | None = None
) -> None:
    tape.events.append(("inplace", number, pending.spot, pending.inputs, one.before, after, pending.label, held))
