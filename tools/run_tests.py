"""Menjalankan semua tes: gaya, tipe, lalu pytest (unit, doctest, notebook dijalankan ulang, JupyterLab di peramban).

Dipanggil oleh `python mulai.py uji`. Dengan pilihan, hanya pytest yang berjalan dan pilihan itu diteruskan kepadanya.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [str(folder) for folder in ("notebooks", "solutions", "exercises") if any((ROOT / folder).glob("*.ipynb"))]
PYTEST = [
    "pytest", "-q", "-n", "2", "--dist", "loadfile", "--durations", "5",  # one kernel per notebook: a file stays whole
    "--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
    "--nbval-cell-timeout", "120", "--nbval-kernel-startup-timeout", "120",
]  # fmt: skip
STAGES = (
    ("ruff", ["ruff", "check", "."]),
    ("mypy", ["mypy"]),
    ("pytest", [*PYTEST, "tests", "autograd_viz", *dict.fromkeys([*NOTEBOOKS, "exercises"])]),
)


def run(command: list[str]) -> int:
    # One thread per process: two processes share two cores, and sums come out in the same order everywhere.
    environment = {**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    return subprocess.call([sys.executable, "-m", *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


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
    print("\n" + "; ".join(report), flush=True)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
