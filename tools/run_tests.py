"""Menjalankan semua tes: gaya, tipe, unit dan JupyterLab di peramban, lalu setiap notebook dijalankan ulang.

Dengan torch yang lain daripada di constraints.txt: tes unit dan notebook saja. Sel yang keluarannya di sana memang
berbeda diuji menurut tests/data/torch_2_14.toml (tools/other_torch.py).

Di akhir tertulis juga lama tahap notebook dibandingkan lantainya: kernel yang dinyalakan dan sel yang dijalankan
(termasuk impor), dibagi banyaknya inti. Dipanggil oleh `python mulai.py uji`. Dengan pilihan, hanya pytest yang
berjalan dan pilihan itu diteruskan kepadanya.
"""

import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from jupyter_client.manager import run_kernel

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.system import TOLD_LATER, bring_modules, tell_missing
from tools.torch_versions import pinned

ROOT = Path(__file__).resolve().parents[1]
STRICT = {"AUTOGRAD_CEK_KETAT": "1"}  # a key that is not right raises
NOTEBOOKS: list[tuple[list[str], dict[str, str]]] = [
    (["notebooks", "solutions"], STRICT),
    (["exercises"], {}),  # untouched, so none is right
]
CORES = 2
AGAIN = "python mulai.py uji"
PYTEST = ["pytest", "-q", "-n", str(CORES), "--dist", "loadfile", "--durations", "5"]
NBVAL = [
    *PYTEST, "-o", "addopts=", "-o", "junit_duration_report=call",  # one kernel per notebook: a file stays whole
    "--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
    "--nbval-cell-timeout", "120", "--nbval-kernel-startup-timeout", "120",
    "-p", "tools.other_torch",
]  # fmt: skip
UNITS = [*PYTEST, "tests", "autograd_viz", "jejak"]
STAGES = (("ruff", ["ruff", "check", "."]), ("mypy", ["mypy"]), ("pytest", UNITS))
OTHER_STAGES = (("pytest", [*UNITS, "--ignore", "tests/browser"]),)  # a browser shows what notebooks were compared for


def run(command: list[str], more: dict[str, str] | None = None) -> int:
    # One thread per process: two processes share two cores, and sums come out in the same order everywhere.
    environment = {**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    environment |= more or {}
    return subprocess.call([sys.executable, "-m", *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def kernel_start() -> float:
    """Lama sebuah kernel menyala sampai siap, dalam detik."""
    start = time.monotonic()
    with run_kernel(kernel_name="python3"):
        return time.monotonic() - start


def is_other_torch() -> bool:
    """Whether the torch here is another one than the stored outputs come from."""
    return version("torch").split("+")[0] != pinned(ROOT)


def run_notebooks(folders: list[str], more: dict[str, str], report: Path) -> tuple[int, str]:
    """Semua notebook di folder-folder itu lewat nbval, dan lamanya dibandingkan lantainya."""
    start = time.monotonic()
    code = run([*NBVAL, "--junitxml", str(report), *folders], more)
    wall = time.monotonic() - start
    cases = list(ElementTree.parse(report).iter("testcase"))
    cells = sum(float(case.get("time", 0)) for case in cases)
    starts = len({case.get("classname") for case in cases}) * kernel_start()
    floor = (cells + starts) / CORES
    return code, f"{', '.join(folders)}: {wall:.0f} detik, {wall / floor:.2f} kali lantainya ({floor:.0f} detik)"


def run_all(other: bool) -> int:
    """Setiap tahap sampai selesai, juga sesudah yang gagal; ringkasannya di akhir."""
    codes, report, times = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        lacking = Path(folder) / "lacking.txt"
        for name, command in OTHER_STAGES if other else STAGES:
            start = time.monotonic()
            print(f"== {name}", flush=True)
            codes.append(run(command, {TOLD_LATER: str(lacking)}))
            took = f"{time.monotonic() - start:.1f}".replace(".", ",")
            report.append(f"{name} {'lulus' if codes[-1] == 0 else 'GAGAL'} dalam {took} detik")
        for folders, more in NOTEBOOKS:
            print(f"== nbval: {', '.join(folders)}", flush=True)
            code, told = run_notebooks(folders, more, Path(folder) / "notebook.xml")
            codes.append(code)
            report.append(f"{', '.join(folders)} {'lulus' if code == 0 else 'GAGAL'}")
            times.append(told)
        names = lacking.read_text(encoding="utf-8").split() if lacking.exists() else []
    print("\n".join(["", f"torch {version('torch')}: {'; '.join(report)}", *times]), flush=True)
    if names:
        print("\n" + tell_missing(names), flush=True)
    return int(any(codes))


def main(arguments: list[str]) -> int:
    bring_modules(AGAIN)
    return run(["pytest", *arguments]) if arguments else run_all(is_other_torch())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
