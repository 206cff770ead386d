"""What the course's folder does to an installation: how long its path is, how it is spelt, and who copies it away."""

import os
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePath

from tools.problems import Problem

# Letters of a path on Windows, unless long paths are switched on, and of the longest one inside .venv: a licence that
# torch carries (tests/test_systems.py measures it).
LIMIT, DEEPEST = 259, 195
SWITCH = r"SYSTEM\CurrentControlSet\Control\FileSystem"
CLOUDS = {  # how the names of their folders begin
    "onedrive": "OneDrive", "mobile documents": "iCloud Drive", "dropbox": "Dropbox", "google drive": "Google Drive",
    "googledrive": "Google Drive", "my drive": "Google Drive", "cloudstorage": "penyimpanan awan",
}  # fmt: skip
ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
ELSEWHERE = {"win32": r"C:\jejak-gradien", "": "folder rumah Anda"}


def spelled(folder: PurePath, system: str = sys.platform) -> str:
    """One text for one folder: macOS and Windows find it with other capitals and other accents too."""
    text = str(folder)
    return unicodedata.normalize("NFC", text).casefold() if system in ("darwin", "win32") else text


def has_long_paths() -> bool:
    """Whether a path may have more than LIMIT letters here."""
    if sys.platform != "win32":
        return True
    try:
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, SWITCH) as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except ImportError:  # no Windows after all
        return True
    except OSError:
        return False


def check_length(venv: PurePath, again: str, long_paths: bool | None = None) -> None:
    """Refuse, before anything is downloaded, a folder in which Windows cannot name all files."""
    too_long = len(str(venv)) + DEEPEST - LIMIT
    if too_long > 0 and not (has_long_paths() if long_paths is None else long_paths):
        raise Problem(
            f"Nama folder ini terlalu panjang untuk Windows, {too_long} huruf lebih: {venv.parent}\n"
            f"Pindahkan folder kursus ke tempat yang pendek, misalnya {ELSEWHERE['win32']}, lalu jalankan lagi: {again}"
        )


def synced_by(folder: PurePath, environ: Mapping[str, str] = os.environ) -> str:
    """The service that copies this folder away, such as OneDrive; empty where none is known."""
    if any(folder.is_relative_to(place) for name in ONEDRIVE if (place := environ.get(name))):
        return "OneDrive"
    parts = [part.casefold() for part in folder.parts]
    return next((name for part in parts for sign, name in CLOUDS.items() if part.startswith(sign)), "")


def sync_warning(folder: Path, gb: int) -> str:
    """What a learner should know before gigabytes are put where a service copies them away; empty where none does."""
    service = synced_by(folder)
    if not service:
        return ""
    place = ELSEWHERE.get(sys.platform, ELSEWHERE[""])
    return (
        f"Folder ini disalin oleh {service}; sekitar {gb} GB berkas pemasangan ikut disalin dan dapat dikuncinya.\n"
        f"Sebaiknya hentikan (Ctrl+C), pindahkan folder kursus, misalnya ke {place}, lalu jalankan dari sana."
    )
