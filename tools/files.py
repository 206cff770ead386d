"""Files as Windows has them: read-only ones that nothing deletes, and ones that another program holds for a moment."""

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

TRIES, PAUSE = 6, 0.25  # a virus scanner or OneDrive lets go of a new file within a second


def replace(draft: Path, target: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Put `draft` in the place of `target`; waits a moment where another program holds one of them.

    Raises OSError where it does not let go.
    """
    for left in reversed(range(TRIES)):
        try:
            draft.replace(target)
            return
        except PermissionError:
            if not left:
                raise
            if target.exists():
                os.chmod(target, stat.S_IMODE(target.stat().st_mode) | stat.S_IWRITE)
            sleep(PAUSE)


def remove(folder: Path) -> None:
    """Delete a folder with everything in it, read-only files too.

    Raises OSError where a program still has a file open.
    """
    empty(folder)
    folder.rmdir()


def empty(folder: Path) -> None:
    """Delete what is in a folder; the folder itself, or the link that stands for it, stays."""
    for child in list(folder.iterdir()):
        if child.is_dir() and not child.is_symlink():
            _delete_tree(child)
        else:
            try:
                child.unlink()
            except PermissionError as error:
                _write_and_again(os.unlink, str(child), error)


def _delete_tree(folder: Path) -> None:
    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=_write_and_again)
    else:
        shutil.rmtree(folder, onerror=lambda again, path, about: _write_and_again(again, path, about[1]))


def _write_and_again(again: Callable[..., object], path: str, error: BaseException) -> None:
    """What failed, once more, after the read-only mark is gone."""
    if not isinstance(error, PermissionError):
        raise error
    os.chmod(path, stat.S_IWRITE | stat.S_IREAD | (stat.S_IEXEC if os.path.isdir(path) else 0))
    again(path)
