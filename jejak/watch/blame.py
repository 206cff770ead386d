"""Milik siapa sebuah galat, dan di baris mana kode pelajar."""

import linecache
import tomllib
import traceback
from importlib.resources import files
from types import FrameType

from autograd_viz.library_code import is_library

OURS = __package__.partition(".")[0]
KNOWN = tomllib.loads(files("jejak.watch").joinpath("messages.toml").read_text(encoding="utf-8"))["message"]


def place(error: BaseException) -> str | None:
    """Baris kode pelajar saat galat itu datang, misalnya "`f`, baris 3: `y = x / 0`"; None bila tidak ada."""
    found = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if _is_foreign(frame)]
    if not found:
        return None
    frame, number = found[-1]
    code = frame.f_code
    text = linecache.getline(code.co_filename, number, frame.f_globals).strip()
    where = "baris" if code.co_name.startswith("<") else f"`{code.co_name}`, baris"
    return f"{where} {number}" + (f": `{text}`" if text else "")


def _is_foreign(frame: FrameType) -> bool:
    """Whether a frame is the learner's: a cell or a script, not this package, Python or an installed one."""
    module = frame.f_globals.get("__name__") or ""
    return module.partition(".")[0] != OURS and not is_library(frame.f_code.co_filename, module)


def first_line(error: BaseException) -> str:
    """Kelas galat dan baris pertama pesannya."""
    text = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def meaning(error: BaseException) -> str:
    """Arti pesan PyTorch atau Python yang sering ditemui, dan langkah berikutnya; kosong bila tidak dikenal."""
    return next((known["meaning"] for known in KNOWN if known["contains"] in str(error)), "")
