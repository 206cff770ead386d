"""Progress files of all learners of this machine, read as what they are: files that learners may write as they like."""

import grp
import json
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kelas.folders import GROUP

FILE = Path("belajar") / ".kemajuan.json"
LARGEST = 2**20  # bytes

Kept = Mapping[str, Any]  # as jejak.progress writes it


def read_progress(path: Path, uid: int) -> Kept | None:
    """One file; None for what is no plain file of its owner, is too large, or holds no object.

    A link, a pipe or somebody else's file is never opened for reading: root must not be led astray.
    """
    try:
        pipe = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        about = os.fstat(pipe)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != uid or about.st_size > LARGEST:
            return None
        kept = json.loads(os.read(pipe, LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        os.close(pipe)
    return kept if isinstance(kept, dict) else None


def collect(group: str = GROUP) -> dict[str, Kept]:
    """The progress of everybody in the group who has begun, by the name of the account."""
    try:
        members = grp.getgrnam(group).gr_mem
    except KeyError:
        return {}
    found = {}
    for name in sorted(members):
        entry = pwd.getpwnam(name)
        if kept := read_progress(Path(entry.pw_dir) / FILE, entry.pw_uid):
            found[name] = kept
    return found
