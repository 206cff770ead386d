"""Daun yang dipakai di dalam no_grad, juga oleh modul pustaka: dari sana hasilnya tidak membawa graf."""

from __future__ import annotations

from typing import Any

import torch

from autograd_viz.capturing.lineage import Origins, RawOrigin
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.capturing.stored_names import callers_of
from autograd_viz.tracing.torch_internals import base_of

_MOST = 12  # callers looked at: a module in a module in a module


def silent_leaves(observer: Any, args: Any) -> Origins:
    """Tempat-tempat hilangnya graf semua daun di antara masukan ini."""
    found = [
        one
        for arg in args
        for one in (arg if type(arg) in (list, tuple) else (arg,))
        if isinstance(one, torch.Tensor) and one.requires_grad and one.grad_fn is None and base_of(one) is None
    ]
    if not found:
        return ()
    log, position = observer.log, observer.position()
    origin = RawOrigin("no_grad", (), len(log.events), position, callers=callers(observer))
    return tuple([log.lineage.silent(one, log.leaf_number(one), origin) for one in found])


def callers(observer: Any) -> tuple[CodePosition, ...]:
    """Tempat-tempat pengguna yang memanggil bingkai yang sedang berjalan, sampai yang memuat blok rekaman."""
    user_code, frame = observer.log.user_code, observer.frame
    if frame is None or frame.f_code is user_code.home:
        return ()
    found = [position for position, _ in callers_of(user_code, frame, _MOST)]
    outermost = next((at for at, one in enumerate(found) if one.code is user_code.home), len(found))
    return tuple(found[: outermost + 1])
