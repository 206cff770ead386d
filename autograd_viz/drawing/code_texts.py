"""Tulisan kode di sekitar pemanggil: fungsinya, berkasnya, atau baris-baris sel notebook yang sudah lewat."""

from __future__ import annotations

import ast
import inspect
import linecache
from functools import lru_cache
from types import CodeType, FrameType

_BOUND = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
_ALWAYS = (ast.Expr, *_BOUND)  # run once, wherever the lines before them have run


def code_texts(frame: FrameType) -> tuple[str, ...]:
    """Tulisan kode tempat variabel-variabel lokal `frame` dibuat; kosong bila tidak diketahui.

    >>> code_texts(inspect.currentframe()) == code_texts(inspect.currentframe())
    True
    """
    code = frame.f_code
    if code.co_name != "<module>":
        return _function(code)
    text = "".join(linecache.getlines(code.co_filename, frame.f_globals))
    if isinstance(frame.f_globals.get("In"), list):
        return _passed(text, frame.f_lineno)
    return (text,) if text else ()


def _passed(cell: str, line: int) -> tuple[str, ...]:
    """What has run for certain right above this line of a cell: not what may be skipped, nor what may come again.

    Of other cells nobody knows whether they ran, nor in which order.
    """
    try:
        body = ast.parse(cell).body
    except SyntaxError:
        return ()
    first = last = 0  # lines
    for one in body:
        if not isinstance(one, _ALWAYS):
            first = last = one.end_lineno or 0
        elif (one.end_lineno or 0) < line:
            last = one.end_lineno or 0
        if (one.end_lineno or 0) >= line:
            break
    return ("".join(cell.splitlines(keepends=True)[first:last]),) if first < last < line else ()


@lru_cache(maxsize=256)
def _function(code: CodeType) -> tuple[str, ...]:
    try:
        lines, _ = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError):  # typed at a prompt, made by exec, or changed on the disk
        return ()
    return ("".join(lines),)
