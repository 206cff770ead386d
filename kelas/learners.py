"""`python -m kelas peserta daftar.txt`: a Linux account for everyone in the list, and a slip with its password."""

import os
import pwd
import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from kelas.folders import GROUP
from tools.problems import Problem

NAME = re.compile(r"[a-z][a-z0-9._-]{1,30}")
COMMENT = "peserta Jejak Gradien"
RULE = (
    "Nama akun: huruf kecil tanpa spasi, angka, titik, garis bawah, atau tanda hubung; dimulai dengan huruf; paling "
    "panjang 31.\nMisalnya budi atau budi.santoso; nomor induk 13520001 menjadi m13520001. Belum ada akun yang dibuat."
)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper


def read_names(text: str) -> list[str]:
    """One name a line; what stands behind `#` is a remark.

    Raises Problem, naming every line, where Linux would take no such name, or it stands there twice.
    """
    names: list[str] = []
    bad: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        if not NAME.fullmatch(name):
            bad.append(f"Baris {number}: {name!r} tidak bisa menjadi nama akun.")
        elif name in names:
            bad.append(f"Baris {number}: {name!r} sudah ada di baris sebelumnya. Beri nama lain, misalnya {name}2")
        names.append(name)
    if bad:
        raise Problem("\n".join([*bad, RULE]))
    return names


def password() -> str:
    """Ten letters in two groups, as a person types them: 49 bits."""
    word = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{word[:5]}-{word[5:]}"


def missing(names: Iterable[str]) -> list[str]:
    """Those without an account.

    Raises Problem where an account of that name belongs to something else.
    """
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in names:
        if name in known and known[name].pw_gecos.split(",")[0] != COMMENT:
            raise Problem(f"Akun {name!r} sudah dipakai mesin ini, dan bukan akun peserta. Beri peserta itu nama lain.")
    return [name for name in names if name not in known]


def run(*command: str, given: str | None = None) -> None:
    done = subprocess.run(command, input=given, text=True, capture_output=True)
    if done.returncode:
        raise Problem(f"Perintah ini tidak berhasil: {' '.join(command)}\n{done.stderr.strip()}")


def make(name: str) -> str:
    """An account with a home of its own that nobody else may enter; gives its password."""
    word = password()
    groups = ("--user-group", "--groups", GROUP)
    run("useradd", "--create-home", *groups, "--comment", COMMENT, "--shell", "/bin/bash", name)
    run("chpasswd", given=f"{name}:{word}\n")
    Path(pwd.getpwnam(name).pw_dir).chmod(0o700)
    return word


def keep_from_others(output: int) -> None:
    """A file that takes the passwords is its owner's alone, wherever it lies."""
    if stat.S_ISREG(os.fstat(output).st_mode):
        os.fchmod(output, 0o600)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Cara pakai: .venv/bin/python -m kelas peserta daftar.txt   (satu nama satu baris)", file=sys.stderr)
        return 2
    try:
        text = Path(arguments[0]).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Problem(f"Daftar peserta {arguments[0]!r} tidak bisa dibaca. Ada di folder ini?") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{arguments[0]!r} bukan teks UTF-8. Simpan sebagai teks biasa, satu nama satu baris.") from error
    names = read_names(text)
    fresh = missing(names)
    if fresh:
        keep_from_others(sys.stdout.fileno())
    for name in fresh:
        print(f"{name}\t{make(name)}", flush=True)
    print(f"{len(fresh)} akun dibuat, {len(names) - len(fresh)} sudah ada dan dibiarkan.", file=sys.stderr)
    if fresh:
        print("Kata sandinya tidak disimpan di tempat lain: simpan keluaran perintah ini.", file=sys.stderr)
    return 0
