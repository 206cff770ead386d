"""Tensor tanpa isi (`FakeTensor`): milik torch selagi ia membaca kode, atau dibuat pengguna sendiri."""

from __future__ import annotations

import sys

from autograd_viz.tracing.torch_internals import STAND_INS, tracing_context

_PROXIES = "torch.fx.experimental.proxy_tensor"  # looked at only where it is in use: importing it takes long


def stands_in(kind: type) -> bool:
    """Apakah tensor jenis ini hanya pengganti tanpa isi."""
    return kind.__module__.startswith(STAND_INS)


def reading_code() -> bool:
    """Apakah torch sedang membaca kode (`compile`, `export`, `make_fx`, `cond`): operasinya bukan operasi pengguna."""
    if tracing_context() is not None:
        return True
    proxies = sys.modules.get(_PROXIES)
    return proxies is not None and proxies.get_proxy_mode() is not None
