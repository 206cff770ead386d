"""Where a class keeps its things: the course, which learners only read, and the folder that is the hub's alone."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = Path(os.environ.get("KELAS_DATA", "/var/lib/jejak-kelas"))
EXCHANGE = Path(os.environ.get("KELAS_BURSA", "/srv/jejak-bursa"))  # where assignments change hands
GRADES = Path(os.environ.get("KELAS_NILAI", str(STATE / "nilai")))  # the gradebook, root's alone
GROUP = os.environ.get("KELAS_GRUP", "jejak-peserta")  # who may log in


def closed_parent(path: Path) -> Path | None:
    """The first folder on the way to `path`, from the top, that other users may not enter; None where all may."""
    folders = [*reversed(path.resolve().parents), path.resolve()]
    return next((folder for folder in folders if folder.is_dir() and not folder.stat().st_mode & 0o001), None)


def proxy_program(environment: Path) -> Path:
    """The proxy as npm lays it below an environment."""
    return environment / "proxy" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
