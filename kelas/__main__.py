"""Perintah untuk pengajar: `python -m kelas PERINTAH`."""

import importlib
import os
import sys
from collections.abc import Callable
from typing import NamedTuple

from kelas.settings import apply
from tools.problems import Problem


class Command(NamedTuple):
    """One command: where its function is, whether that takes arguments, whether it is root's, and what it does."""

    place: str
    takes: bool
    root: bool
    about: str


COMMANDS = {
    "pasang": Command("kelas.install:main", False, True, "memasang JupyterHub dan kursus ini di mesin ini"),
    "peserta": Command("kelas.learners:main", True, True, "membuat akun untuk setiap nama di sebuah daftar"),
    "lepas": Command("kelas.leave:main", True, True, "menghapus akun seorang peserta dan pekerjaannya"),
    "nyalakan": Command("kelas.serve:main", False, True, "menyalakan kelas di mesin tanpa systemd"),
    "tugas": Command("kelas.assignments:release", True, True, "membagikan sebuah Latihan sebagai tugas yang dinilai"),
    "halaman": Command("kelas.report.write:main", True, True, "menulis halaman pengajar: di mana kelas ini terhenti"),
    "nilai": Command("kelas.assignments:collect_and_grade", True, True, "mengumpulkan dan menilai sebuah tugas"),
}


def tell() -> str:
    width = max(map(len, COMMANDS))
    return "\n".join(["Perintah:", *(f"  {name:{width}}  {command.about}" for name, command in COMMANDS.items())])


def main(arguments: list[str]) -> int:
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None and arguments and arguments[0] in ("-h", "--help", "bantuan"):
        print(tell())
        return 0
    if command is None:
        print(f"Perintah ini tidak dikenal: {arguments[0]}\n{tell()}" if arguments else tell(), file=sys.stderr)
        return 2
    try:
        if command.root and os.geteuid() != 0:
            raise Problem(f"Perintah ini mengubah akun atau layanan mesin, jadi butuh root: sudo … {arguments[0]}")
        apply()
        module, _, name = command.place.partition(":")
        start: Callable[..., int] = getattr(importlib.import_module(module), name)
        return start(arguments[1:]) if command.takes else start()
    except Problem as problem:
        print("\n" + str(problem), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nDihentikan.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
