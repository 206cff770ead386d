"""Menjalankan semua tes: gaya, tipe, unit dan JupyterLab di peramban, lalu setiap notebook dijalankan ulang.

Di akhir tertulis juga lama tahap notebook dibandingkan lantainya: kernel yang dinyalakan dan sel yang dijalankan
(termasuk impor), dibagi banyaknya inti. Dipanggil oleh `python mulai.py uji`. Dengan pilihan, hanya pytest yang
berjalan dan pilihan itu diteruskan kepadanya.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from jupyter_client.manager import run_kernel

ROOT = Path(__file__).resolve().parents[1]
STRICT = {"AUTOGRAD_CEK_KETAT": "1"}  # a key that is not right raises
NOTEBOOKS: list[tuple[list[str], dict[str, str]]] = [
    (["notebooks", "solutions"], STRICT),
    (["exercises"], {}),  # untouched, so none is right
]
CORES = 2
PYTEST = ["pytest", "-q", "-n", str(CORES), "--dist", "loadfile", "--durations", "5"]
NBVAL = [
    *PYTEST, "-o", "addopts=", "-o", "junit_duration_report=call",  # one kernel per notebook: a file stays whole
    "--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
    "--nbval-cell-timeout", "120", "--nbval-kernel-startup-timeout", "120",
]  # fmt: skip
STAGES = (
    ("ruff", ["ruff", "check", "."]),
    ("mypy", ["mypy"]),
    ("pytest", [*PYTEST, "tests", "autograd_viz", "jejak"]),
)


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


def main(arguments: list[str]) -> int:
    if arguments:
        return run(["pytest", *arguments])
    codes, report = [], []
    for name, command in STAGES:
        start = time.monotonic()
        print(f"== {name}", flush=True)
        codes.append(run(command))
        took = f"{time.monotonic() - start:.1f}".replace(".", ",")
        report.append(f"{name} {'lulus' if codes[-1] == 0 else 'GAGAL'} dalam {took} detik")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for folders, more in NOTEBOOKS:
            print(f"== nbval: {', '.join(folders)}", flush=True)
            code, told = run_notebooks(folders, more, Path(folder) / "notebook.xml")
            codes.append(code)
            report.append(f"{', '.join(folders)} {'lulus' if code == 0 else 'GAGAL'}")
            times.append(told)
    print("\n" + "; ".join(report) + "\n" + "\n".join(times), flush=True)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
