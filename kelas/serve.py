"""`python -m kelas nyalakan`: the hub in this window, for a machine without systemd; Ctrl+C ends it."""

import os

from kelas.folders import ROOT, STATE, proxy_program
from tools.problems import Problem


def main() -> int:
    python = ROOT / ".venv" / "bin" / "python"
    if not proxy_program(ROOT / ".venv").exists():
        raise Problem("Kelas ini belum dipasang. Jalankan dulu: python3 -m kelas pasang")
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(STATE)
    address = os.environ.get("KELAS_ALAMAT", "http://127.0.0.1:8000")
    print(f"Kelas menyala di {address}; untuk berhenti: Ctrl+C.", flush=True)
    config = str(ROOT / "kelas" / "jupyterhub_config.py")
    os.execv(python, [str(python), "-m", "jupyterhub", "--log-level=WARN", "-f", config])
