"""Programs outside Python that the tests use: what is tested with each, how it is found, how a machine gets it."""

import contextlib
import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_PLACES = {  # where installers put a browser without telling PATH
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    ),
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT = re.compile(r"(liberation ?sans|arimo|arial|helvetica|nimbus ?sans)", re.IGNORECASE)  # as wide as Helvetica
INSTALLERS = {"debian": "sudo apt install", "fedora": "sudo dnf install", "macos": "brew install",
              "windows": "winget install"}  # fmt: skip
NODE_LIBRARIES = ("libatomic.so.1", "libstdc++.so.6")  # Playwright's node asks for them, and brings them not
DICTIONARY = "id_ID.aff dan id_ID.dic dari github.com/LibreOffice/dictionaries (folder id)"

System = Sequence[str]  # what a machine may be called, the narrowest name first: ("ubuntu", "debian")


@dataclass(frozen=True)
class Packages:
    """Packages of the system, by its own installer."""

    names: str

    def command(self, system: System) -> str:
        return f"{next(INSTALLERS[name] for name in system if name in INSTALLERS)} {self.names}"


@dataclass(frozen=True)
class Module:
    """What the Python of the tests does, with these arguments."""

    words: tuple[str, ...]

    def command(self, system: System) -> str:
        return " ".join([sys.executable, *self.words])


@dataclass(frozen=True)
class Advice:
    """What no single command does."""

    text: str

    def command(self, system: System) -> str:
        return self.text


class Program(NamedTuple):
    """One row of PROGRAMS."""

    tests: str
    found: Callable[[], bool]
    ways: dict[str, Packages | Module | Advice]  # by a name of the system; "" where none fits

    def way(self, system: System) -> Packages | Module | Advice:
        return next(self.ways[name] for name in (*system, "") if name in self.ways)


def on_path(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def is_snap(program: str) -> bool:
    """A snap sees no temporary file, so no page that a test writes."""
    real = Path(program).resolve()
    with real.open("rb") as file:
        return real.name == "snap" or b"/snap/" in file.read(4096)


def own_browser() -> str | None:
    """The Chromium that `playwright install` downloads; None without it."""
    if not has_node():
        return None
    with contextlib.suppress(ImportError):
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
        return str(path) if path.exists() else None
    return None


def browser() -> str | None:
    """A Chromium or a browser built on it: the system's, or else Playwright's."""
    named = [found for name in BROWSERS if (found := shutil.which(name)) and not is_snap(found)]
    placed = [os.path.expandvars(place) for place in BROWSER_PLACES.get(sys.platform, ())]
    return next((path for path in [*named, *placed] if Path(path).exists()), None) or own_browser()


def has_font() -> bool:
    """Linux alone may lack the font that pictures are drawn for; without any, Chromium ends."""
    if sys.platform != "linux":
        return True
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(FONT.match(name) for folder in folders for _, _, names in os.walk(folder) for name in names)


def spells_indonesian() -> bool:
    """hunspell is there with its Indonesian dictionary: it tells a word from none."""
    try:
        done = subprocess.run(
            ["hunspell", "-d", "id_ID", "-i", "utf-8", "-l"], input="tanah xqzv", capture_output=True, encoding="utf-8"
        )
    except OSError:
        return False
    return done.stdout.split() == ["xqzv"]


def has_node() -> bool:
    """Playwright brings node; on a small Linux a library that node is linked to may be missing."""
    if sys.platform != "linux":
        return True
    try:
        return all(ctypes.CDLL(name) for name in NODE_LIBRARIES)
    except OSError:
        return False


def has_venv() -> bool:
    importlib.invalidate_caches()  # it may have come a moment ago
    return importlib.util.find_spec("ensurepip") is not None


VENV = Program(  # not for one test: without it there is no .venv, and tools/problems.py tells that
    "semua",
    has_venv,
    {"debian": Packages("python{}.{}-venv".format(*sys.version_info)), "": Advice("Python dari python.org")},
)
PROGRAMS = {  # by the names that @pytest.mark.needs gives them
    "chromium": Program(
        "pelajaran dan pemutar di peramban",
        lambda: browser() is not None,
        {
            "ubuntu": Module(("-m", "playwright", "install", "--with-deps", "chromium")),  # its package is a snap
            "debian": Packages("chromium"),
            "fedora": Packages("chromium"),
            "macos": Packages("--cask google-chrome"),
            "windows": Packages("Google.Chrome"),
            "": Module(("-m", "playwright", "install", "chromium")),
        },
    ),
    "fonts": Program(
        "tulisan di peramban",
        has_font,
        {
            "debian": Packages("fonts-liberation fonts-dejavu-core"),
            "fedora": Packages("liberation-sans-fonts dejavu-sans-fonts dejavu-sans-mono-fonts"),
            "": Advice("fon Liberation Sans, dengan pengelola paket sistem Anda"),
        },
    ),
    "node": Program(
        "pemutar, juga di peramban",
        has_node,
        {
            "debian": Packages("libatomic1 libstdc++6"),
            "fedora": Packages("libatomic libstdc++"),
            "": Advice("pustaka libatomic dan libstdc++, dengan pengelola paket sistem Anda"),
        },
    ),
    "dot": Program(
        "gambar lewat Graphviz, png, dan pdf",
        on_path("dot"),
        {
            "debian": Packages("graphviz"),
            "fedora": Packages("graphviz"),
            "macos": Packages("graphviz"),
            "windows": Advice(r"winget install Graphviz.Graphviz, lalu tambah PATH: C:\Program Files\Graphviz\bin"),
            "": Advice("Graphviz, dengan pengelola paket sistem Anda"),
        },
    ),
    "hunspell": Program(
        "ejaan",
        spells_indonesian,
        {
            "debian": Packages("hunspell hunspell-id"),
            "fedora": Packages("hunspell hunspell-id"),
            "macos": Advice(f"brew install hunspell, lalu taruh {DICTIONARY} di ~/Library/Spelling"),
            "windows": Advice(f"choco install hunspell.portable, lalu isi DICPATH dengan folder tempat {DICTIONARY}"),
            "": Advice("hunspell dan kamus Indonesianya, dengan pengelola paket sistem Anda"),
        },
    ),
    "git": Program(
        "berkas yang dicatat git",
        on_path("git"),
        {
            "debian": Packages("git"),
            "fedora": Packages("git"),
            "macos": Packages("git"),
            "windows": Packages("Git.Git"),
            "": Advice("git, dengan pengelola paket sistem Anda"),
        },
    ),
}

