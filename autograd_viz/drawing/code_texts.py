"""Tulisan kode di sekitar pemanggil: fungsinya, berkasnya, atau semua sel notebook yang sudah dijalankan."""

from __future__ import annotations

import inspect
import re
from types import FrameType

_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def code_texts(frame: FrameType) -> tuple[str, ...]:
    """Tulisan kode tempat variabel-variabel lokal `frame` dibuat; kosong bila tidak diketahui.

    >>> code_texts(inspect.currentframe()) == code_texts(inspect.currentframe())
    True
    """
    if frame.f_code.co_name == "<module>" and isinstance(cells := frame.f_globals.get("In"), list):
        return tuple(_MAGIC.sub(r"\1pass", text) for text in cells if isinstance(text, str))
    try:
        lines, _ = inspect.getsourcelines(frame)
    except (OSError, TypeError, IndexError):  # typed at a prompt, made by exec, or changed on the disk
        return ()
    return ("".join(lines),)
