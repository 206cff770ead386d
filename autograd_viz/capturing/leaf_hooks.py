"""Gradien yang sampai di sebuah daun: ditambahkan ke .grad-nya, lalu mungkin diubah oleh hook pengguna."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from autograd_viz.capturing.raw_events import GradAccumulated, TensorChanged
from autograd_viz.capturing.snapshot import StoredAt, stored_at
from autograd_viz.tracing.torch_internals import leaf_hooks_of

HOOK = "post_accumulate_grad_hook"


def hook_leaf(run: Any, node: Any, number: int, variable: torch.Tensor) -> list[Any]:
    """Memasang pengamat sebuah daun pada `run`, satu panggilan backward.

    Hook pengguna mungkin sudah memakai gradiennya, misalnya optimizer yang melangkah di dalam backward: yang sampai
    dicatat sebelum hook itu, yang tersisa sesudahnya.
    """
    theirs = leaf_hooks_of(variable)
    if not theirs:
        return [node.register_hook(partial(_accumulated, run, number, variable))]
    arrived: list[Any] = []
    keys = list(theirs)
    before = node.register_prehook(partial(_arrives, arrived))
    first = variable.register_post_accumulate_grad_hook(partial(_before_theirs, run, number, arrived))
    for key in keys:  # to the end, behind ours
        theirs[key] = theirs.pop(key)
    return [before, first, variable.register_post_accumulate_grad_hook(partial(_behind_theirs, run, number, arrived))]


def _arrives(arrived: list[Any], incoming: Any) -> None:
    arrived[:] = [incoming]


def _before_theirs(run: Any, number: int, arrived: list[Any], leaf: torch.Tensor) -> None:
    _accumulated(run, number, leaf, (), arrived.pop())
    arrived[:] = [_state(leaf)]


def _behind_theirs(run: Any, number: int, arrived: list[Any], leaf: torch.Tensor) -> None:
    try:
        before, grad = run.grads.get(number), leaf.grad
        if run.elsewhere() or grad is None or before is None or arrived == [_state(leaf)]:
            return
        run.log.forget_content(grad)
        after = run.log.content(grad)
        run.log.events.append(TensorChanged(None, run.place, (), before, after, HOOK, number))
        run.observer.grad_changed(number, after)
    except Exception as error:
        run.observer.miss("gradient", error)


def _state(leaf: torch.Tensor) -> StoredAt | None:
    """What changes with the numbers of .grad."""
    return None if leaf.grad is None else stored_at(leaf.grad)


def _accumulated(run: Any, number: int, variable: torch.Tensor, _outgoing: Any, incoming: Any) -> None:
    try:
        if run.elsewhere():
            return
        (one,) = incoming
        at = None if one is None else stored_at(one)
        received = None if one is None else run.received(number, 0, one, at)
        before, grad = run.grads.get(number), variable.grad
        if grad is None:
            after = None
        elif before is None and (grad is one or at is not None and at == stored_at(grad)):
            after = received
        else:
            after = run.log.content(grad)
        run.ran.add(number)
        run.log.events.append(GradAccumulated(number, run.index, received, before, after))
        run.observer.grad_changed(number, after)
    except Exception as error:
        run.observer.miss("gradient", error)
