"""Tempat berkas milik pelajar: folder kursus, atau folder data menurut aturan sistemnya."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

NAME = "jejak-gradien"
ROOT = Path(__file__).resolve().parents[1]

# Where each system wants the data of a program: a variable that may name the folder, and the folder under home.
_FOLDERS = {
    "win32": ("LOCALAPPDATA", "AppData/Local"),
    "darwin": (None, "Library/Application Support"),
    "": ("XDG_DATA_HOME", ".local/share"),
}


def exercises_folder(root: Path = ROOT) -> Path | None:
    """Folder `exercises` bila paket ini dijalankan dari folder kursus; None bila terpasang di tempat lain."""
    folder = root / "exercises"
    return folder if folder.is_dir() and (root / "mulai.py").is_file() else None


def data_folder(
    system: str = sys.platform, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> Path:
    """Folder data pengguna untuk kursus ini; foldernya belum tentu ada.

    >>> data_folder("linux", {}, Path("/rumah")).as_posix()
    '/rumah/.local/share/jejak-gradien'
    """
    variable, below = _FOLDERS.get(system, _FOLDERS[""])
    named = Path(environ.get(variable, "") if variable else "")
    # The XDG rules say that a relative path is to be ignored.
    return (named if named.is_absolute() else (home or Path.home()) / below) / NAME
