"""Make .venv and install what is missing; an interrupted run is taken up again by the next one."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.problems import NEEDED_GB, Problem, explain
from tools.progress import Step

TORCH_CPU = "https://download.pytorch.org/whl/cpu"  # PyTorch's own index of builds without CUDA
LANGUAGE_PACK = "jupyterlab-language-pack-id-ID"
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
PROOF = "import torch, jupyterlab, jupyterlab_myst, matplotlib, graphviz, autograd_viz, jejak"


class Result(NamedTuple):
    code: int
    output: str


Run = Callable[..., Result]  # run() below, or what a test puts in its place


class Wish(NamedTuple):
    """What the command line asks for."""

    dev: bool = False
    menu: bool = False
    torch_cpu: bool = False
    again: str = "python mulai.py"


class Place(NamedTuple):
    """Where things lie."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        return self.venv / "jejak-gradien.json"


def run(command: Sequence[str | Path], cwd: Path | None = None, line: Callable[[str], None] | None = None) -> Result:
    """Run a program to its end; every line it prints is also given to `line`."""
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    lines = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for text in process.stdout or ():
                lines.append(text)
                if line:
                    line(text.rstrip())
        except BaseException:  # an orphan would go on writing into .venv while the next run does too
            process.terminate()
            raise
    return Result(process.returncode, "".join(lines))


def free_space(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def install(place: Place, wish: Wish, run: Run = run, free: Callable[[Path], int] = free_space) -> None:
    """Install what is missing; nothing is done, and nothing is run, while the last installation still holds."""
    if is_ready(place, wish):
        return
    check_folder(place, wish.again, free)
    before = read_stamp(place)
    wish = wish._replace(dev=wish.dev or bool(before.get("dev")), menu=wish.menu or bool(before.get("menu")))
    with contextlib.suppress(OSError):
        place.stamp.unlink()  # comes back at the very end: an interrupted run leaves none
    make_venv(place, wish, run)
    pip_install(place, wish, run)
    if prove(place, run).code:  # a run that was cut off can leave half a package, which pip takes for whole
        print("  Ada sisa pemasangan yang terputus; .venv dibuat ulang.")
        make_venv(place, wish, run, clear=True)
        pip_install(place, wish, run)
        proof = prove(place, run)
        if proof.code:
            raise explain(proof.output, place.root, wish.again)
    write_stamp(place, {"fingerprint": fingerprint(place), "dev": wish.dev, "menu": wish.menu})


def is_ready(place: Place, wish: Wish) -> bool:
    stamp = read_stamp(place)
    return (
        stamp.get("fingerprint") == fingerprint(place)
        and (not wish.dev or bool(stamp.get("dev")))
        and (not wish.menu or bool(stamp.get("menu")))
    )


def fingerprint(place: Place) -> str:
    """Another text when the packages, the Python behind .venv or the place of the folder change."""
    digest = hashlib.sha256(f"{place.root}\n{os.path.realpath(place.python)}\n".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((place.root / name).read_bytes())
    return digest.hexdigest()


def read_stamp(place: Place) -> dict[str, Any]:
    """What the last complete installation left; empty where there is none."""
    try:
        stamp = json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and place.python.exists() else {}


def write_stamp(place: Place, stamp: dict[str, Any]) -> None:
    fresh = place.stamp.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=2), encoding="utf-8")
    fresh.replace(place.stamp)


def check_folder(place: Place, again: str, free: Callable[[Path], int]) -> None:
    """Refuse, before anything is downloaded, what is bound to fail."""
    if os.pathsep in str(place.root):
        raise Problem(
            f"Nama folder ini memuat tanda '{os.pathsep}', yang tidak bisa dipakai untuk .venv: {place.root}\n"
            f"Ganti nama folder itu, lalu jalankan lagi: {again}"
        )
    fresh = not place.python.exists()
    try:
        place.venv.mkdir(exist_ok=True)
        probe = place.venv / "probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        raise explain(str(problem), place.root, again) from problem
    if fresh and free(place.root) < NEEDED_GB * 10**9:
        left = f"{free(place.root) / 10**9:.1f}".replace(".", ",")
        raise Problem(
            f"Ruang disk tinggal {left} GB; pemasangan butuh sekitar {NEEDED_GB} GB.\n"
            f"Kosongkan ruang dulu, lalu jalankan lagi: {again}"
        )


def make_venv(place: Place, wish: Wish, run: Run, clear: bool = False) -> None:
    """Make .venv, or mend the one that is there; a .venv that works is never deleted."""
    works = not clear and place.python.exists() and run([place.python, "-c", NEW_ENOUGH]).code == 0
    if works and run([place.python, "-m", "pip", "--version"]).code == 0:
        return
    mend = [place.python, "-m", "ensurepip", "--upgrade"]
    make = [sys.executable, "-m", "venv", "--clear", place.venv]
    with Step("Melengkapi folder .venv" if works else "Membuat folder .venv"):
        result = run(mend if works else make)
        if result.code:
            raise explain(result.output, place.root, wish.again)


def pip_install(place: Place, wish: Wish, run: Run) -> None:
    command = [place.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["-c", "constraints.txt"]
    command += ["--extra-index-url", TORCH_CPU] if wish.torch_cpu else []
    command += ["-e", ".[kursus,dev]" if wish.dev else ".[kursus]"]
    command += [LANGUAGE_PACK] if wish.menu else []
    with Step("Memasang paket (kali pertama beberapa menit)") as step:

        def follow(line: str) -> None:
            if news := tell(line):
                step.note(news)

        result = run(command, cwd=place.root, line=follow)
        if result.code:
            raise explain(result.output, place.root, wish.again)


def prove(place: Place, run: Run) -> Result:
    with Step("Memeriksa pemasangan"):
        return run([place.python, "-c", PROOF], cwd=place.root)


def tell(line: str) -> str | None:
    """One line of pip as short news; None for what nobody needs to know."""
    if found := re.search(r"Downloading ([A-Za-z0-9_.]+?)-\d\S* \(([\d.]+) (MB|GB)\)", line):
        return f"mengunduh {found[1]} ({found[2].replace('.', ',')} {found[3]})"
    if line.startswith("Installing collected packages:"):
        return f"memasang {line.count(',') + 1} paket"
    return None
