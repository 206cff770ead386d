"""The Python that runs this, and the one behind .venv: how it is called, and whether it is still there."""

import os
import shlex
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path, PureWindowsPath

STORE = "WindowsApps"  # the folder of the Microsoft Store's Python, and of the stub that opens the Store instead


def call_again(
    arguments: Sequence[str],
    executable: str = sys.executable,
    system: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> str:
    """The command that starts this once more, as it can be typed here.

    On Windows `python` may be nothing, another Python, or the stub that opens the Microsoft Store.
    """
    windows = system == "win32"
    name = PureWindowsPath(executable).stem if windows else os.path.basename(executable)
    found = which(name)
    if found and _same(found, executable):
        python = name
    elif windows and which("py"):
        python = "py -{}.{}".format(*sys.version_info[:2])
    elif windows and found and STORE in executable:
        python = name
    else:
        python = f'"{executable}"' if windows else shlex.quote(executable)
    return " ".join([python, "mulai.py", *arguments])


def _same(one: str, other: str) -> bool:
    return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


def is_base_there(venv: Path, system: str = sys.platform) -> bool:
    """Whether the Python that .venv was made from still exists; Windows alone keeps a copy that hides its absence."""
    if system != "win32":
        return True
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return True
    homes = [value.strip() for key, _, value in (line.partition("=") for line in lines) if key.strip() == "home"]
    try:
        return not homes or stat.S_ISDIR(os.stat(homes[0]).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # the folder of the Microsoft Store lets nobody look
        return True
