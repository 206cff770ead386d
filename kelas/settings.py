"""What the teacher wrote into /etc/default/jejak-kelas: systemd reads it for the hub, and this for the commands."""

import os
import shlex
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from tools.problems import Problem

FILE = Path("/etc/default/jejak-kelas")
ADDRESSES: Mapping[str, str] = {
    "KELAS_ALAMAT": "http://127.0.0.1:8000",  # only this machine: the README says how a class reaches it
    "KELAS_ALAMAT_HUB": "http://127.0.0.1:8081",
    "KELAS_ALAMAT_PROXY": "http://127.0.0.1:8001",
}


def address(name: str) -> str:
    return os.environ.get(name, ADDRESSES[name])


def read(text: str) -> dict[str, str]:
    """The settings of a class, one `NAME=value` a line. Raises Problem, naming the line, for one that is not such."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        name, equals, value = line.strip().partition("=")
        if not equals or not name.isidentifier():
            raise Problem(f"{FILE}, baris {number}: {line.strip()!r} bukan NAMA=nilai, tanpa spasi di sekitar =.")
        try:
            found[name] = " ".join(shlex.split(value))
        except ValueError as error:
            raise Problem(f"{FILE}, baris {number}: tanda kutip di {value!r} tidak ditutup.") from error
    return {name: value for name, value in found.items() if name.startswith("KELAS_")}


def apply(environment: MutableMapping[str, str] = os.environ, file: Path = FILE) -> None:
    """Give the commands the same settings as the hub; what the environment says goes first."""
    if file.is_file():
        for name, value in read(file.read_text(encoding="utf-8", errors="replace")).items():
            environment.setdefault(name, value)
