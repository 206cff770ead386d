"""The command that runs a learner's code: another user, no network, and what it must not see is not there."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from kelas.folders import ROOT, STATE
from kelas.grader import USER

HIDDEN = ("solutions", "tests", "jejak/tasks", "belajar", "kelas/grading/points.toml", ".git")  # below the course
SYSTEM = ("/home", "/root", "/srv", "/mnt", "/media", "/var/lib", "/var/spool", "/var/mail")
LIMITS = ("prlimit", "--data=4000000000", "--nproc=256", "--fsize=100000000", "--core=0")  # bytes, and processes
SHARED = ("/tmp", "/dev/shm")  # empty, and writable


def hide(path: Path) -> str:
    """A shell command that lays something empty over a path; nothing for one that is not there."""
    if path.is_dir():
        return f"mount -t tmpfs -o mode=0755,size=4k,ro none {shlex.quote(str(path))}"
    return f"mount --bind /dev/null {shlex.quote(str(path))}" if path.exists() else "true"


def command(gradebook: Path, user: str = USER, more: Sequence[Path] = ()) -> list[str]:
    """What to start instead of a learner's code: a new mount, network, process and IPC namespace, then `user`.

    `gradebook` is the folder of the grades, `more` what else is hidden. Needs root.
    """
    inner = [ROOT, *(Path(place).resolve() for place in [sys.prefix, sys.executable, *sys.path] if place)]
    paths = [gradebook, STATE, *more, *(ROOT / name for name in HIDDEN), *map(Path, SYSTEM)]
    # A folder that holds the course or its Python can't be hidden as a whole: what lies in it is another user's.
    def holds(path: str | Path) -> bool:
        return any(keep.is_relative_to(path) for keep in inner)

    steps = [hide(path) for path in dict.fromkeys(paths) if not holds(path)]
    steps += [f"mount -t tmpfs -o mode=1777,size=64m none {path}" for path in SHARED if not holds(path)]
    setpriv = ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups", "--no-new-privs",
               "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip
    clean = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/dev/shm", "OMP_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1",
             "MPLBACKEND=agg", f"PYTHONPATH={ROOT}"]  # fmt: skip
    program = shlex.join([*LIMITS, *setpriv, *clean, sys.executable, "-m", "kelas.grading.apart"])
    script = " && ".join([*steps, "cd /dev/shm", f"exec {program}"])
    unshare = ["unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return [*unshare, "sh", "-c", script]
