"""What this machine is called, and the programs that the tests lack: brought where that can be, named where not."""

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Mapping

from tools.install import Run, run
from tools.problems import explain_packages
from tools.programs import PROGRAMS, VENV, Module, Packages, Program
from tools.progress import Step

ENVIRONMENT = ("env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")  # by name: sudo drops variables of ours
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")  # a fresh machine may still be updating itself
UPDATE = (*APT, "update")
INSTALL = (*APT, "install", "-y", "--no-install-recommends")
PLATFORMS = {"darwin": ("macos",), "win32": ("windows",)}
TOLD_LATER = "UJI_TIDAK_TERPASANG"  # names the file for programs that tests lacked, told after the last stage
WANTED = {"python3-venv": VENV, **PROGRAMS}


def system_names() -> tuple[str, ...]:
    """What this system may be called, the narrowest name first: `("ubuntu", "debian")`."""
    if sys.platform in PLATFORMS:
        return PLATFORMS[sys.platform]
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        return ()
    names = (about.get("ID", ""), *about.get("ID_LIKE", "").split())
    return (*names, "debian") if "ubuntu" in names and "debian" not in names else names


def is_strict() -> bool:
    """In CI on Linux a missing program is a failure."""
    return sys.platform == "linux" and os.environ.get("CI", "").lower() in {"true", "1"}


def apt_prefix(run: Run = run) -> tuple[str, ...] | None:
    """What makes a command of apt run as root; None where there is no apt, or root would need a password."""
    if "debian" not in system_names() or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ENVIRONMENT
    sudo = ("sudo", "-n")
    return (*sudo, *ENVIRONMENT) if shutil.which("sudo") and run([*sudo, "true"]).code == 0 else None


def bring_packages(again: str, run: Run = run, programs: Mapping[str, Program] = WANTED) -> None:
    """On Debian and its kin, install the packages of the programs that are missing; what fails is told, not raised."""
    system = system_names()
    ways = {name: program.way(system) for name, program in programs.items() if not program.found()}
    packages = {name: way.names.split() for name, way in ways.items() if isinstance(way, Packages)}
    if not packages or (prefix := apt_prefix(run)) is None:
        return
    together = [package for names in packages.values() for package in names]
    with Step("Memasang paket sistem untuk tes: " + ", ".join(together)):
        results = [run([*prefix, *UPDATE]), run([*prefix, *INSTALL, *together])]
        if results[-1].code and len(packages) > 1:  # one that does not exist must not keep the others away
            results += [run([*prefix, *INSTALL, *names]) for names in packages.values()]
    still = [name for name in packages if not programs[name].found()]
    if still:
        print(explain_packages("".join(result.output for result in results), still, again), flush=True)


def bring_modules(again: str, run: Run = run, programs: Mapping[str, Program] = PROGRAMS) -> None:
    """On Debian and its kin, bring what this Python, the one of the tests, can bring: Chromium on Ubuntu."""
    system = system_names()
    for name, program in programs.items():
        way = program.way(system)
        if isinstance(way, Module) and not program.found() and apt_prefix(run) is not None:
            with Step(f"Memasang {name} untuk tes"):
                result = run([sys.executable, *way.words])
            if not program.found():
                print(explain_packages(result.output, [name], again), flush=True)


def tell_missing(names: Iterable[str]) -> str:
    """One line for each of these programs: what is not tested without it, and what brings it."""
    system = system_names()
    rows = [(name, PROGRAMS[name]) for name in names]
    lines = [f"- {name} ({row.tests}): {row.way(system).command(system)}" for name, row in rows]
    end = "karena CI=true, tesnya gagal" if is_strict() else "tesnya dilewati"
    return "\n".join([f"Tidak terpasang di komputer ini, jadi {end}. Cara memasangnya:", *lines])
