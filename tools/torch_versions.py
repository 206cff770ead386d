"""Tests on another torch: which versions can be asked for, and the constraints that hold all other packages still."""

import re
import sys
import tomllib
from pathlib import Path

from tools.problems import UNREACHABLE, Problem

NUMBER = re.compile(r"\d+(\.\d+)+((a|b|rc)\d+)?(\.(post|dev)\d+)?(\+[a-z0-9.]+)?")
REQUIREMENT = re.compile(r"torch>=([\d.]+)")
PIN = re.compile(r"^torch==(\S+)$", re.MULTILINE)
LISTED = re.compile(r"\(from versions: ([^)]*)\)")
UNAVAILABLE = re.compile(
    r"(No matching distribution found for|satisfies the requirement) torch\b|user requested \(constraint\) torch\b"
)
FREE = re.compile(r"^setuptools==.*\n", re.MULTILINE)  # some versions of torch ask for an older one; no output shows it
EXAMPLE = "python mulai.py uji --torch 2.14.1"


def oldest(root: Path) -> str:
    """The oldest torch that pyproject.toml allows."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return next(found[1] for asked in project["dependencies"] if (found := REQUIREMENT.match(asked)))


def pinned(root: Path) -> str:
    """The torch of constraints.txt."""
    found = PIN.search((root / "constraints.txt").read_text(encoding="utf-8"))
    assert found, "constraints.txt pins torch"
    return found[1]


def release(version: str) -> tuple[int, ...]:
    """The numbers to compare: 2.14.1rc2 counts as 2.14.1."""
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z+]", version)[0]))


def check_version(root: Path, version: str) -> None:
    """Refuse, before anything is downloaded, what is no version or too old."""
    if not NUMBER.fullmatch(version):
        what = f"Nomor versi torch tidak dimengerti: {version!r}" if version else "Nomor versi torch belum disebut"
        raise Problem(f"{what}.\nTulis misalnya: {EXAMPLE}")
    if release(version) < release(oldest(root)):
        raise Problem(
            f"torch {version} lebih lama daripada versi tertua yang didukung, {oldest(root)}.\n"
            f"Jalankan dengan versi yang lebih baru, misalnya: {EXAMPLE}"
        )


def constraints_for(root: Path, version: str) -> str:
    """constraints.txt with this torch instead of its own."""
    text = (root / "constraints.txt").read_text(encoding="utf-8")
    return FREE.sub("", PIN.sub(f"torch=={version}", text))


def explain_unavailable(root: Path, version: str, output: str) -> Problem | None:
    """What to say when pip cannot have this torch; None when it failed at something else."""
    if not UNAVAILABLE.search(output) or re.search(UNREACHABLE, output):
        return None
    found = LISTED.search(output)
    versions = [text.strip() for text in found[1].split(",")] if found else []
    usable = [text for text in versions if NUMBER.fullmatch(text) and release(text) >= release(oldest(root))]
    if found and not usable:
        return None  # pip has seen no torch at all: the network, or this computer
    listed = f"Yang tersedia di sini: {', '.join(usable)}." if usable else "Daftarnya: pypi.org/project/torch/#history"
    return Problem(
        f"torch {version} tidak bisa dipasang: versi itu tidak ada di gudang paket Python, atau tidak tersedia untuk "
        f"Python {sys.version_info[0]}.{sys.version_info[1]} di komputer ini.\n"
        f"{listed}\nJalankan lagi dengan salah satunya, misalnya: {EXAMPLE}"
    )
