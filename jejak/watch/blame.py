"""Milik siapa sebuah galat, dan di baris mana kode pelajar."""

import linecache
import sysconfig
import tomllib
import traceback
from importlib.resources import files
from pathlib import Path

import torch

OURS = Path(__file__).resolve().parents[1]
INSTALLED = [*map(Path, sysconfig.get_paths().values()), Path(torch.__file__).parents[1]]
KNOWN = tomllib.loads(files("jejak.watch").joinpath("messages.toml").read_text(encoding="utf-8"))["message"]
LIBRARIES = tuple(str(folder.resolve()) for folder in [*INSTALLED, OURS])


def place(error: BaseException) -> str | None:
    """Baris kode pelajar saat galat itu datang, misalnya "`f`, baris 3: `y = x / 0`"; None bila tidak ada."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_foreign(frame.filename)]
    if not frames:
        return None
    frame = frames[-1]
    line = (linecache.getline(frame.filename, frame.lineno or 0) or frame.line or "").strip()
    where = "baris" if frame.name.startswith("<") else f"`{frame.name}`, baris"
    return f"{where} {frame.lineno}" + (f": `{line}`" if line else "")


def _is_foreign(filename: str) -> bool:
    """Whether a file is the learner's: a cell or a script, not this package, Python or an installed one."""
    if filename.startswith("<frozen"):
        return False
    if filename.startswith("<"):  # "<string>", "<ipython-input-3>"
        return True
    return not str(Path(filename).resolve()).startswith(LIBRARIES)


def first_line(error: BaseException) -> str:
    """Kelas galat dan baris pertama pesannya."""
    text = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def meaning(error: BaseException) -> str:
    """Arti pesan PyTorch atau Python yang sering ditemui, dan langkah berikutnya; kosong bila tidak dikenal."""
    return next((known["meaning"] for known in KNOWN if known["contains"] in str(error)), "")
