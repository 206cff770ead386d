"""Milik siapa sebuah galat, dan di baris mana kode pelajar."""

import linecache
import re
import tomllib
import traceback
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from autograd_viz.library_code import is_library

OURS, HOME = ("jejak", "kelas"), Path(__file__).resolve().parents[1]
KNOWN = tomllib.loads(files("jejak.watch").joinpath("messages.toml").read_text(encoding="utf-8"))["message"]
LONGEST_LINE, LONGEST_ERROR = 140, 240  # characters
TRACED = re.compile(r'File "(.*)", line (\d+) in (.*)')  # as faulthandler writes a frame, innermost first


class SourceLine(NamedTuple):
    """A line of the learner's code, and the function in which it stands."""

    filename: str
    number: int
    function: str

    def __str__(self) -> str:
        line = shorten(linecache.getline(self.filename, self.number).strip(), LONGEST_LINE)
        where = "baris" if self.function.startswith("<") else f"`{self.function}`, baris"
        return f"{where} {self.number}" + (f": `{line}`" if line else "")


def place(error: BaseException) -> SourceLine | None:
    """Baris kode pelajar saat galat itu datang; None bila tidak ada.

    >>> print(SourceLine("sel tanpa teks", 3, "f"))
    `f`, baris 3
    """
    found = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        code, module = frame.f_code, frame.f_globals.get("__name__") or ""
        if _is_foreign(code.co_filename, module):
            found = SourceLine(code.co_filename, number, code.co_name)
            linecache.lazycache(code.co_filename, frame.f_globals)
    return found


def foreign_line(traced: str) -> SourceLine | None:
    """Baris kode pelajar di jejak yang ditulis `faulthandler`."""
    for filename, number, function in TRACED.findall(traced):
        if _is_foreign(filename):
            return SourceLine(filename, int(number), function)
    return None


def _is_foreign(filename: str, module: str = "") -> bool:
    """Whether a file is the learner's: a cell or a script, not this package, Python or an installed one."""
    ours = module.partition(".")[0] in OURS or Path(filename).resolve().is_relative_to(HOME)
    return not ours and not is_library(filename, module)


def text_of(error: BaseException) -> str:
    """Pesan galat, juga kalau galat itu sendiri gagal menuliskannya."""
    try:
        return str(error)
    except BaseException:
        return ""


def first_line(error: BaseException) -> str:
    """Kelas galat dan baris pertama pesannya."""
    text = shorten((text_of(error).strip().splitlines() or [""])[0], LONGEST_ERROR)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def shorten(text: str, longest: int) -> str:
    """Teks yang dipotong pada panjang itu.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def meaning(error: BaseException) -> tuple[str, str]:
    """Arti pesan PyTorch atau Python yang sering ditemui, lalu langkah berikutnya; kosong bila tidak dikenal."""
    text = f"{type(error).__name__}: {text_of(error)}"
    return next(((known["meaning"], known["mend"]) for known in KNOWN if known["contains"] in text), ("", ""))
