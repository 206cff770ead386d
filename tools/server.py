"""The learner's JupyterLab: trusted notebooks, settings from jupyter/, started and stopped."""

import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from tools.copies import FOLDER, originals
from tools.install import Place, Run, Wish, read_stamp, run, write_stamp
from tools.problems import Problem
from tools.progress import Step

FIRST_PORT = 8888
INDONESIAN_MENU = {"@jupyterlab/translation-extension:plugin": {"locale": "id_ID"}}
# jsonschema's optional check of IRI formats, which no schema of JupyterLab has, costs half of the starting time.
LAUNCH = "import sys; sys.modules['rfc3987_syntax'] = None; from jupyterlab.labapp import main; sys.exit(main())"


def trust(place: Place, run: Run = run) -> None:
    """Trust the copies, so that stored interactive pictures live at once; says so."""
    copies = [place.root / FOLDER / name for name, _ in originals(place.root) if name.endswith(".ipynb")]
    notebooks = [file for file in copies if file.exists()]
    seen = hashlib.sha256()
    for file in notebooks:
        about = file.stat()
        seen.update(f"{file.name} {about.st_size} {about.st_mtime_ns}\n".encode())
    stamp = read_stamp(place)
    if not notebooks or stamp.get("trusted") == seen.hexdigest():
        return
    with Step(f"Menandai {len(notebooks)} notebook sebagai tepercaya, agar gambar interaktifnya langsung hidup"):
        below = [file.relative_to(place.root) for file in notebooks]  # Windows allows a command some 32,000 letters
        result = run([place.python, "-m", "nbformat.sign", *below], cwd=place.root)
    if result.code:
        print("  Tidak berhasil. Gambarnya tetap tampil, dan menjadi interaktif sesudah selnya dijalankan.")
    else:
        write_stamp(place, {**stamp, "trusted": seen.hexdigest()})


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":  # there this option would allow a port that is taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(wanted: int | None, is_free: Callable[[int], bool] = is_free) -> int:
    """The port asked for, or the first free one from FIRST_PORT on."""
    if wanted is None:
        for port in range(FIRST_PORT, FIRST_PORT + 50):
            if is_free(port):
                return port
        raise Problem(
            f"Semua port dari {FIRST_PORT} sampai {FIRST_PORT + 49} sedang dipakai.\n"
            "Tutup JupyterLab lain yang masih berjalan, atau pilih sendiri, misalnya: --port 9500"
        )
    if not 1 <= wanted <= 65535:
        raise Problem(f"Port {wanted} tidak ada; nomor port adalah 1 sampai 65535.\nPilih misalnya: --port 8899")
    if not is_free(wanted):
        raise Problem(
            f"Port {wanted} sedang dipakai program lain, atau tidak boleh dipakai.\n"
            "Pilih yang lain, misalnya --port 8899, atau jalankan tanpa --port."
        )
    return wanted


def environment(place: Place, menu: bool, token: str) -> dict[str, str]:
    """The settings lie in jupyter/; nothing is written into the learner's own Jupyter folders."""
    paths = [str(place.root / "jupyter"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    if menu:
        folder = place.venv / "menu-indonesia"
        overrides = folder / "labconfig" / "default_setting_overrides.json"
        overrides.parent.mkdir(parents=True, exist_ok=True)
        overrides.write_text(json.dumps(INDONESIAN_MENU), encoding="utf-8")
        paths.insert(0, str(folder))
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths), "JUPYTER_TOKEN": token}


def command(place: Place, port: int, browser: bool, superuser: bool, first: Path | None = None) -> list[str]:
    """JupyterLab sees the learner's copies and nothing else; `first` is opened instead of the first lesson."""
    copies = place.root / FOLDER
    page = [f"--LabApp.default_url=/lab/tree/{quote(first.relative_to(copies).as_posix())}"] if first else []
    return [
        str(place.python), "-c", LAUNCH, "--log-level=ERROR", "--LabApp.log_level=ERROR",
        f"--ServerApp.root_dir={copies}", *page,
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.answer_yes=True",
        *([] if browser else ["--no-browser"]), *(["--allow-root"] if superuser else []),
    ]  # fmt: skip


def answers(port: int) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://127.0.0.1:{port}/api", timeout=2).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that always ends with this program, also when this program is told to end."""
    process = subprocess.Popen(command, env=environment)
    try:
        yield process
    finally:
        try:
            process.wait(1)  # Ctrl+C in a terminal has reached it as well
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait(10)


def open_lab(place: Place, wish: Wish, port: int, browser: bool, first: Path | None = None) -> None:
    """Serve until Ctrl+C."""
    token = secrets.token_hex(20)
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    line = command(place, port, browser, superuser, first)
    with contextlib.suppress(KeyboardInterrupt), serving(line, environment(place, wish.menu, token)) as server:
        with Step("Menyalakan JupyterLab"):
            while not answers(port):
                if server.poll() is not None:
                    raise Problem(
                        f"JupyterLab berhenti sebelum siap (kode {server.returncode}); sebabnya tertulis di atas.\n"
                        f"Bila ada paket yang hilang: hapus folder .venv, lalu jalankan lagi: {wish.again}"
                    )
                time.sleep(0.05)
        print(
            f"\nPelajaran: http://127.0.0.1:{port}/?token={token}"
            "\nBiarkan jendela ini terbuka selama belajar. Untuk berhenti: Ctrl+C.",
            flush=True,
        )
        server.wait()
    print("\nJupyterLab sudah berhenti. Yang sudah disimpan tetap ada.")
