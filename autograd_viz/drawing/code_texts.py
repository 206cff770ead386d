"""Tulisan kode di sekitar pemanggil: fungsinya atau berkasnya; sel-sel notebook tidak."""

from __future__ import annotations

import inspect
import linecache
from functools import lru_cache
from types import CodeType, FrameType


def code_texts(frame: FrameType) -> tuple[str, ...]:
    """Tulisan kode tempat variabel-variabel lokal `frame` dibuat; kosong bila tidak diketahui.

    >>> code_texts(inspect.currentframe()) == code_texts(inspect.currentframe())
    True
    """
    code = frame.f_code
    if code.co_name != "<module>":
        return _function(code)
    if isinstance(frame.f_globals.get("In"), list):  # which cells ran, and in which order, is not always kept
        return ()
    lines = linecache.getlines(code.co_filename, frame.f_globals)
    return ("".join(lines),) if lines else ()


@lru_cache(maxsize=256)
def _function(code: CodeType) -> tuple[str, ...]:
    try:
        lines, _ = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError):  # typed at a prompt, made by exec, or changed on the disk
        return ()
    return ("".join(lines),)
