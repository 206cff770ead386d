"""Nama pribadi torch untuk mode maju: membaca tangen sebuah tensor, juga dari dalam pengamat operasi.

Seperti `torch_internals`: yang tidak ada mematikan satu kemampuan saja, dan memperingatkan sekali.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd import forward_ad

from autograd_viz.tracing import lookup
from autograd_viz.tracing.lookup import has

_LOST = "Tangen mode maju (forward_ad) tidak dicatat."
_level: Callable[[Any], int] = lookup.attribute("torch.autograd.forward_ad._current_level", _LOST, lambda module: -1)
_NEEDED = (
    _GUARD := "torch._C._ForceDispatchKeyGuard",
    _INCLUDED := "torch._C._dispatch_tls_local_include_set",
    _EXCLUDED := "torch._C._dispatch_tls_local_exclude_set",
)
_guard, _included, _excluded = (lookup.look(path, _LOST) for path in _NEEDED)


def in_dual_level() -> bool:
    """Apakah kode ini berjalan di dalam `forward_ad.dual_level()`.

    >>> in_dual_level()
    False
    """
    return _level(forward_ad) >= 0


class TangentReader:
    """Pembaca tangen, dibuat di luar pengamat: di dalamnya autograd tidak aktif, jadi keadaan di luar itu diingat."""

    def __init__(self) -> None:
        self.keys = (_included(), _excluded()) if all(map(lookup.found, _NEEDED)) else None

    def read(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """Tangen sebuah tensor; None bila ia tidak punya, dan bila versi torch ini tidak dapat membacanya."""
        if self.keys is None:
            has(*_NEEDED)
            return None
        with _guard(*self.keys):
            return forward_ad.unpack_dual(tensor).tangent
