"""Tulisan kode di sekitar pemanggil: fungsinya, berkasnya, atau semua sel notebook yang sudah dijalankan."""

from __future__ import annotations

import inspect
import linecache
import re
from functools import lru_cache
from types import CodeType, FrameType

_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def code_texts(frame: FrameType) -> tuple[str, ...]:
    """Tulisan kode tempat variabel-variabel lokal `frame` dibuat; kosong bila tidak diketahui.

    >>> code_texts(inspect.currentframe()) == code_texts(inspect.currentframe())
    True
    """
    code = frame.f_code
    if code.co_name != "<module>":
        return _function(code)
    if isinstance(cells := frame.f_globals.get("In"), list):
        return tuple(_MAGIC.sub(r"\1pass", text) for text in cells if isinstance(text, str))
    lines = linecache.getlines(code.co_filename, frame.f_globals)
    return ("".join(lines),) if lines else ()


@lru_cache(maxsize=256)
def _function(code: CodeType) -> tuple[str, ...]:
    try:
        lines, _ = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError):  # typed at a prompt, made by exec, or changed on the disk
        return ()
    return ("".join(lines),)
