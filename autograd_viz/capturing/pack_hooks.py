"""Pekerjaan hook simpanan (`saved_tensors_hooks`): bukan operasi pengguna pada grafnya, jadi bukan potongan."""

from __future__ import annotations

from functools import partial
from types import CodeType, FrameType
from typing import Any

from autograd_viz.tracing.torch_internals import default_saved_hooks


def inside_pack_hook(frame: FrameType | None) -> bool:
    """Apakah kode ini dijalankan oleh `pack_hook` yang sedang berlaku, yaitu selagi sebuah tensor disimpan."""
    hooks = default_saved_hooks(True)
    if hooks is None:
        return False
    code = _code_of(hooks[0])
    if code is None:  # a hook written in C leaves no frame: better no cut than a false one
        return True
    while frame is not None:
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False


def _code_of(hook: Any) -> CodeType | None:
    while isinstance(hook, partial):
        hook = hook.func
    function = getattr(hook, "__func__", hook)
    if not hasattr(function, "__code__"):
        function = type(hook).__call__
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
