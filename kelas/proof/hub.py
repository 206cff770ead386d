"""A hub on free ports of loopback, with the configuration of the class."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kelas.folders import ROOT
from kelas.proof.accounts import GROUP, Guard

UP = 60.0  # seconds


class Hub(NamedTuple):
    process: "subprocess.Popen[bytes]"
    base: str
    log: Path
    start: float  # seconds until the login page answered


def free_ports(count: int) -> list[int]:
    """Ports of loopback that were free a moment ago, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def environment(folder: Path, course: Path, ports: list[int]) -> Mapping[str, str]:
    """What the configuration of the class reads; nothing of this machine's own class is touched."""
    state = folder / "hub"
    state.mkdir(mode=0o700)
    public, inner, proxy = (f"http://127.0.0.1:{port}" for port in ports)
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KELAS_DATA": str(state),
        "KELAS_GRUP": GROUP,
        "KELAS_ALAMAT": public,
        "KELAS_ALAMAT_HUB": inner,
        "KELAS_ALAMAT_PROXY": proxy,
        "KELAS_KURSUS": str(course),
    }


def start_hub(folder: Path, course: Path, guard: Guard) -> Hub:
    """The hub and its proxy, once the login page answers.

    Raises RuntimeError with the end of its log where it does not come up.
    """
    ports, log, began = free_ports(3), folder / "hub.log", time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(Path(__file__).with_name("hub_config.py"))],
            env=environment(folder, course, ports), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    guard.watch(process.pid)
    base = f"http://127.0.0.1:{ports[0]}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() - began < UP and process.poll() is None:
        try:
            direct.open(f"{base}/hub/login", timeout=5).close()
        except OSError:
            time.sleep(0.2)
            continue
        return Hub(process, base, log, time.monotonic() - began)
    raise RuntimeError(f"The hub did not come up:\n{log.read_text(errors='replace')[-3000:]}")
