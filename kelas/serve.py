"""`python -m kelas nyalakan`: the hub in this window, for a machine without systemd; Ctrl+C ends it."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from kelas.folders import ROOT, STATE, proxy_program
from kelas.settings import ADDRESSES, FILE, address
from tools.problems import Problem


def taken(url: str) -> bool:
    """Whether a program listens there already."""
    place = urlsplit(url)
    try:
        socket.create_server((place.hostname or "", place.port or 80)).close()
    except OSError:
        return True
    return False


def own_proxy(state: Path) -> bool:
    """Whether the proxy of a hub that was killed still runs; the next hub replaces it."""
    try:
        return Path("/proc", (state / "proxy.pid").read_text(encoding="ascii").strip() or "0").exists()
    except (OSError, UnicodeDecodeError):
        return False


def check_addresses(state: Path) -> None:
    """Raises Problem where another program listens: a second hub would end the proxy of the first."""
    if taken(hub := address("KELAS_ALAMAT_HUB")):
        raise Problem(
            f"Kelas sudah menyala: {hub} sudah dipakai. Hentikan dulu yang itu: Ctrl+C di jendelanya, atau\n"
            f"systemctl stop jejak-kelas. Bila yang memakainya program lain, tulis alamat lain di {FILE},\n"
            "misalnya: KELAS_ALAMAT_HUB=http://127.0.0.1:8181"
        )
    for name in ADDRESSES:
        if taken(url := address(name)) and not own_proxy(state):
            raise Problem(
                f"{url} tidak bisa dipakai: program lain mendengarkan di sana, atau alamat itu bukan milik mesin ini.\n"
                f"Tulis alamat lain di {FILE}, misalnya: {name}=http://127.0.0.1:8100"
            )


def main() -> int:
    python = ROOT / ".venv" / "bin" / "python"
    if not proxy_program(ROOT / ".venv").exists():
        raise Problem("Kelas ini belum dipasang. Jalankan dulu: /usr/bin/python3 -m kelas pasang")
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(STATE)
    check_addresses(STATE)
    print(
        f"Kelas menyala di {address('KELAS_ALAMAT')} sesudah beberapa detik; untuk berhenti: Ctrl+C.\n"
        "Yang ditulis di bawah ini catatan JupyterHub, dalam bahasa Inggris.",
        flush=True,
    )
    config = str(ROOT / "kelas" / "jupyterhub_config.py")
    os.execv(python, [str(python), "-m", "jupyterhub", "--log-level=WARN", "-f", config])
