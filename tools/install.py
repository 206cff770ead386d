"""Make .venv and install what is missing; an interrupted run is taken up again by the next one."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.files import empty, remove, replace
from tools.folders import check_length, spelled, sync_warning
from tools.problems import NEEDED_GB, NO_LIBRARY, Problem, explain
from tools.progress import Step
from tools.pythons import is_base_there
from tools.small_torch import TORCH_CPU, is_small_torch_at_hand, small_torch_broke_off
from tools.torch_versions import constraints_for, explain_unavailable

PARTS = ("dev", "menu", "site")  # of a Wish: what may be installed beside the course
SECOND_GB = 7  # on Linux with all of CUDA
LANGUAGE_PACK = "jupyterlab-language-pack-id-ID"
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
PROOF = "import torch, jupyterlab, matplotlib, graphviz"
OWN_PROOF = PROOF + ", autograd_viz, jejak"  # on another torch it is the tests that say whether these work


class Result(NamedTuple):
    code: int
    output: str


Run = Callable[..., Result]  # run() below, or what a test puts in its place


class Wish(NamedTuple):
    """What the command line asks for."""

    dev: bool = False
    menu: bool = False
    site: bool = False
    again: str = "python mulai.py"


class Place(NamedTuple):
    """Where things lie; `torch` is the version of a second environment, beside the learner's."""

    root: Path
    torch: str | None = None

    @property
    def venv(self) -> Path:
        return self.root / (f".venv-torch-{self.torch}" if self.torch else ".venv")

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def constraints(self) -> Path:
        return (self.venv if self.torch else self.root) / "constraints.txt"

    @property
    def needed_gb(self) -> int:
        return SECOND_GB if self.torch and sys.platform == "linux" else NEEDED_GB

    @property
    def stamp(self) -> Path:
        return self.venv / "jejak-gradien.json"


def run(
    command: Sequence[str | Path],
    cwd: Path | None = None,
    line: Callable[[str], None] | None = None,
    limit: float | None = None,
) -> Result:
    """Run a program to its end, or for `limit` seconds; every line it prints is also given to `line`."""
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
        watch = threading.Timer(limit, process.kill) if limit else None
        try:
            if watch:
                watch.start()
            for text in process.stdout or ():
                lines.append(text)
                if line:
                    line(text.rstrip())
        except BaseException:  # an orphan would go on writing into .venv while the next run does too
            process.terminate()
            raise
        finally:
            if watch:
                watch.cancel()
    return Result(process.returncode, "".join(lines))


def free_space(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def install(place: Place, wish: Wish, run: Run = run, free: Callable[[Path], int] = free_space) -> None:
    """Install what is missing; nothing is done, and nothing is run, while the last installation still holds."""
    if is_ready(place, wish):
        return
    check_folder(place, wish.again, free)
    before = read_stamp(place)
    wish = wish._replace(
        dev=wish.dev or bool(before.get("dev")),
        menu=wish.menu or bool(before.get("menu")),
        site=wish.site or bool(before.get("site")),
    )
    with contextlib.suppress(OSError):
        place.stamp.unlink()  # comes back at the very end: an interrupted run leaves none
    make_venv(place, wish, run)
    pip_install(place, wish, run)
    proof = prove(place, run)
    if proof.code and re.search(NO_LIBRARY, proof.output):
        raise explain(proof.output, place.root, wish.again)
    if proof.code:  # a run that was cut off can leave half a package, which pip takes for whole
        print(f"  Ada sisa pemasangan yang terputus; {place.venv.name} dibuat ulang.")
        make_venv(place, wish, run, clear=True)
        pip_install(place, wish, run)
        proof = prove(place, run)
        if proof.code:
            raise explain(proof.output, place.root, wish.again)
    write_stamp(place, {"fingerprint": fingerprint(place), **{part: getattr(wish, part) for part in PARTS}})


def is_ready(place: Place, wish: Wish) -> bool:
    stamp = read_stamp(place)
    asked = [part for part in PARTS if getattr(wish, part)]
    return stamp.get("fingerprint") == fingerprint(place) and all(stamp.get(part) for part in asked)


def fingerprint(place: Place) -> str:
    """Another text when the packages, the Python behind .venv or the place of the folder change."""
    digest = hashlib.sha256(f"{spelled(place.root)}\n{os.path.realpath(place.python)}\n".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((place.root / name).read_bytes())
    return digest.hexdigest()


def read_stamp(place: Place) -> dict[str, Any]:
    """What the last complete installation left; empty where there is none."""
    try:
        stamp = json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and _is_whole(place) else {}


def _is_whole(place: Place) -> bool:
    return place.python.exists() and is_base_there(place.venv)


def write_stamp(place: Place, stamp: dict[str, Any]) -> None:
    fresh = place.stamp.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=2), encoding="utf-8")
    replace(fresh, place.stamp)


def check_folder(place: Place, again: str, free: Callable[[Path], int]) -> None:
    """Refuse, before anything is downloaded, what is bound to fail."""
    if os.pathsep in str(place.root):
        raise Problem(
            f"Nama folder ini memuat tanda '{os.pathsep}', yang tidak bisa dipakai untuk .venv: {place.root}\n"
            f"Ganti nama folder itu, lalu jalankan lagi: {again}"
        )
    check_length(place.venv, again)
    fresh = not place.python.exists()
    if fresh and (warning := sync_warning(place.root, place.needed_gb)):
        print(warning, flush=True)
    try:
        place.venv.mkdir(exist_ok=True)
        probe = place.venv / "probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        raise explain(str(problem), place.root, again) from problem
    if fresh and free(place.root) < place.needed_gb * 10**9:
        left = f"{free(place.root) / 10**9:.1f}".replace(".", ",")
        raise Problem(
            f"Ruang disk tinggal {left} GB; pemasangan butuh sekitar {place.needed_gb} GB.\n"
            f"Kosongkan ruang dulu, lalu jalankan lagi: {again}"
        )


def make_venv(place: Place, wish: Wish, run: Run, clear: bool = False) -> None:
    """Make .venv, or mend the one that is there; a .venv that works is never deleted."""
    works = not clear and place.python.exists() and run([place.python, "-c", NEW_ENOUGH]).code == 0
    if works and run([place.python, "-m", "pip", "--version"]).code == 0:
        return
    mend = [place.python, "-m", "ensurepip", "--upgrade"]
    make = [sys.executable, "-m", "venv", "--clear", place.venv]
    with Step(f"{'Melengkapi' if works else 'Membuat'} folder {place.venv.name}"):
        if not works:
            clear_venv(place, wish)
        result = run(mend if works else make)
        if result.code:
            raise explain(result.output, place.root, wish.again)


def clear_venv(place: Place, wish: Wish) -> None:
    """Empty .venv here: what `venv --clear` leaves alone on Windows, read-only files, would stop it."""
    try:
        if place.venv.is_dir():
            empty(place.venv)
    except OSError as problem:
        raise explain(str(problem), place.root, wish.again) from problem


def pip_commands(place: Place, wish: Wish, small: bool = False) -> list[list[str | Path]]:
    """What pip is asked for.

    Another torch alone and first, so that a version that does not exist is seen at once; the small one, too, so that
    its index is asked for torch only.
    """
    pip: list[str | Path] = [place.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["-c", place.constraints.relative_to(place.root)]
    extras = ["kursus", *["dev"] * wish.dev, *["situs"] * (wish.dev or wish.site)]  # the tests build the site, too
    rest = [*pip, "-e", f".[{','.join(extras)}]", *[LANGUAGE_PACK] * wish.menu]
    torch = f"torch=={place.torch}" if place.torch else "torch"
    first = [*pip, *(["--extra-index-url", TORCH_CPU] if small else []), torch]
    return [first, rest] if small or place.torch else [rest]


def pip_install(place: Place, wish: Wish, run: Run) -> None:
    if place.torch:
        place.constraints.write_text(constraints_for(place.root, place.torch), encoding="utf-8")
    with Step("Memasang paket (kali pertama beberapa menit)") as step:

        def follow(line: str) -> None:
            if news := tell(line):
                step.note(news)

        small = is_small_torch_at_hand(place.python, run)
        if small:
            step.note("torch kecil, khusus CPU: di sini tidak terlihat GPU NVIDIA")
        result = run_all(pip_commands(place, wish, small), place.root, run, follow)
        if result.code and small and small_torch_broke_off(result.output):
            step.note("gudang torch khusus CPU terputus; torch diambil dari gudang biasa, unduhannya lebih besar")
            result = run_all(pip_commands(place, wish), place.root, run, follow)
        if result.code:
            raise failed(place, wish, result.output)


def run_all(commands: Sequence[Sequence[str | Path]], root: Path, run: Run, follow: Callable[[str], None]) -> Result:
    """One command after the other, up to the first that fails."""
    result = Result(0, "")
    for command in commands:
        result = run(command, cwd=root, line=follow)
        if result.code:
            break
    return result


def failed(place: Place, wish: Wish, output: str) -> Problem:
    """Why pip failed; of a torch that cannot be had nothing is left behind."""
    unavailable = explain_unavailable(place.root, place.torch, output) if place.torch else None
    if unavailable:
        with contextlib.suppress(OSError):
            remove(place.venv)
    return unavailable or explain(output, place.root, wish.again, place.needed_gb)


def prove(place: Place, run: Run) -> Result:
    with Step("Memeriksa pemasangan"):
        return run([place.python, "-c", PROOF if place.torch else OWN_PROOF], cwd=place.root)


def tell(line: str) -> str | None:
    """One line of pip as short news; None for what nobody needs to know."""
    if found := re.search(r"Downloading ([A-Za-z0-9_.]+?)-\d\S* \(([\d.]+) (MB|GB)\)", line):
        return f"mengunduh {found[1]} ({found[2].replace('.', ',')} {found[3]})"
    if line.startswith("Installing collected packages:"):
        return f"memasang {line.count(',') + 1} paket"
    return None
