"""Memory of one user's processes: PSS counts a page that several share in equal parts, so sums come out right."""

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

from kelas.proof.accounts import processes_of

PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Memory(NamedTuple):
    """MB (10⁶ bytes) of a learner: the server, and all kernels together."""

    server: float
    kernels: float

    @property
    def total(self) -> float:
        return self.server + self.kernels


def pss(number: int) -> float:
    """MB of one process; 0 where it is gone."""
    with contextlib.suppress(OSError):
        found = PSS.search(Path(f"/proc/{number}/smaps_rollup").read_text())
        return int(found[1]) * 1024 / 1e6 if found else 0.0
    return 0.0


def has_loaded(number: int, package: str) -> bool:
    """Whether a process has mapped a compiled part of this package."""
    return f"/site-packages/{package}/" in Path(f"/proc/{number}/maps").read_text()


def memory_of(uid: int) -> Memory:
    server = kernels = 0.0
    for number in processes_of({uid}):
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{number}/cmdline").read_bytes()
            if b"ipykernel" in line:
                kernels += pss(number)
            else:
                server += pss(number)
    return Memory(server, kernels)
