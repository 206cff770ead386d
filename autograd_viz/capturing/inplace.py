"""Perubahan di tempat: apa yang diubah, milik daun mana, oleh fungsi mana, dan isinya sebelum serta sesudah."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.node_record import Changed, PendingOperation
from autograd_viz.capturing.raw_events import GradCleared, LeafChange, TensorChanged
from autograd_viz.capturing.snapshot import Snapshot, address_of, outline, take_snapshot
from autograd_viz.capturing.source_map import UserCode
from autograd_viz.contents import LISTED
from autograd_viz.tracing.torch_internals import base_of

_WRAPPERS = {"decorate_context", "wrapper", "inner"}


def content_before(tensor: torch.Tensor) -> Snapshot:
    """Isi sebelum diubah; tensor besar hanya bentuknya."""
    return take_snapshot(tensor) if tensor.numel() <= LISTED else outline(tensor)


def about_to_change(observer: Any, tensor: Any, direct: bool) -> Changed | None:
    """Perubahan yang layak dicatat: oleh baris pengguna sendiri, atau pada daun yang dikenal maupun .grad-nya."""
    if not isinstance(tensor, torch.Tensor):
        return None
    log = observer.log
    owned = None if observer.passes or not tensor.is_floating_point() else owner_of(log, tensor)
    if owned is None:
        base = base_of(tensor)
        through = log.observations.through_data(tensor if base is None else base)
        return Changed(tensor, content_before(tensor), through=through) if direct else None
    number, leaf, is_grad = owned
    if is_grad and leaf.grad is not None:
        return Changed(leaf.grad, log.content(leaf.grad), number, is_grad)
    return Changed(leaf, log.leaf_value(number, leaf), number)


def with_overlap(changed: Changed, args: Any) -> Changed:
    """Perubahan pada sebuah daun, dengan catatan bila salah satu operannya daun itu sendiri di memori."""
    where, count = address_of(changed.tensor), changed.tensor.numel()
    same = [
        one
        for one in args[1:]
        if isinstance(one, torch.Tensor) and where and address_of(one) == where and one.numel() == count
    ]
    return changed._replace(overlaps=True) if same else changed


def owner_of(log: Any, tensor: torch.Tensor) -> tuple[int, torch.Tensor, bool] | None:
    """Daun yang memegang tensor ini sebagai dirinya atau .grad-nya, juga lewat view, detach(), atau .data."""
    base = base_of(tensor)
    owner = tensor if base is None else base
    number = log.leaf_number(owner)
    if number is not None:
        return number, owner, False
    where = address_of(owner)
    for number, leaf in log.leaves():
        grad = leaf.grad
        if grad is not None and (grad is owner or _covers(grad, where)):
            return number, leaf, True
        if _covers(leaf, where):
            return number, leaf, False
    return None


def _covers(tensor: torch.Tensor, where: int) -> bool:
    first = address_of(tensor)
    return bool(first) and first <= where < first + tensor.numel() * tensor.element_size()


def called_by_user(user_code: UserCode, otherwise: str) -> str:
    """Nama fungsi pustaka yang dipanggil pengguna, misalnya clip_grad_norm_, bukan operasi di dalamnya."""
    name = otherwise
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not user_code.owns(frame):
        own = frame.f_code.co_name
        if not own.startswith("_") and own not in _WRAPPERS:
            name = own
        frame = frame.f_back
    return name


def write(observer: Any, pending: PendingOperation) -> None:
    """Mencatat perubahan yang baru saja selesai."""
    log = observer.log
    for one in pending.changed:
        if one.leaf is None:
            _result(observer, one, pending)
        elif one.is_grad:
            log.forget_content(one.tensor)  # .data has a version of its own
            after = log.content(one.tensor)
            if pending.operation == "zero_":
                change = LeafChange(one.leaf, one.before, after)
                log.events.append(GradCleared(pending.position, "zero_", None, (change,)))
            else:
                log.events.append(_changed(None, one, after, pending, one.leaf))
        else:
            log.forget_leaf_value(one.leaf)
            log.events.append(_changed(one.leaf, one, log.leaf_value(one.leaf, one.tensor), pending))


def _result(observer: Any, one: Changed, pending: PendingOperation) -> None:
    """A tensor that is no leaf: its owner may have a new node now."""
    base = base_of(one.tensor)
    owner = one.tensor if base is None else base
    node = owner.grad_fn if owner.requires_grad else None
    number = None
    log = observer.log
    known = len(log.nodes)
    if node is not None:
        number = observer.number(node)
        record = log.nodes[number]
        if number < known and record.computed is None:
            record.computed = dict(record.values)
        record.values[owner.output_nr] = take_snapshot(owner)
        record.tangents[owner.output_nr] = observer.duals.snapshot(owner)
    event = _changed(number, one, take_snapshot(one.tensor), pending)
    if number is not None and number >= known:
        observer.computed(number, pending.inputs, pending.position, event)
    else:
        log.events.append(event)


def _changed(
    number: int | None, one: Changed, after: Snapshot, pending: PendingOperation, grad_of: int | None = None
) -> TensorChanged:
    event = TensorChanged(number, pending.position, pending.inputs, one.before, after, pending.operation, grad_of)
    return event._replace(through=one.through, overlaps=one.overlaps)
