"""`python -m kelas lepas budi`: end what a learner still runs, then remove the account and its work."""

import contextlib
import os
import pwd
import signal
import sys
import time
from collections.abc import Iterator

from kelas.learners import COMMENT, run
from tools.problems import Problem

PATIENCE = 10.0  # seconds, until the last process is gone


def learner(name: str) -> pwd.struct_passwd:
    """The account of a learner. Raises Problem where there is none, or where it is somebody else's."""
    try:
        account = pwd.getpwnam(name)
    except KeyError as error:
        raise Problem(f"Tidak ada akun {name!r} di mesin ini.") from error
    if account.pw_gecos.split(",")[0] != COMMENT:
        raise Problem(f"Akun {name!r} bukan akun peserta, jadi tidak dihapus.")
    return account


def running(uid: int) -> Iterator[int]:
    """The processes of a user, those aside that ended and only wait to be asked."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == uid and b"\nState:\tZ" not in open(f"{entry.path}/status", "rb").read():
                    yield int(entry.name)


def end(uid: int) -> None:
    """End all that a user runs; again while something new was started meanwhile. Raises Problem where some stay."""
    until = time.monotonic() + PATIENCE
    while left := list(running(uid)):
        if time.monotonic() > until:
            raise Problem(f"Proses {', '.join(map(str, left))} tidak mau berhenti. Coba lagi sebentar lagi.")
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.1)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("Cara pakai: .venv/bin/python -m kelas lepas NAMA", file=sys.stderr)
        return 2
    account = learner(arguments[0])
    end(account.pw_uid)
    run("userdel", "--remove", account.pw_name)
    print(
        f"{account.pw_name} dilepas: server, akun, dan pekerjaannya sudah tidak ada. Hapus juga namanya dari "
        "daftar.txt,\nsupaya perintah peserta tidak membuatnya lagi. Nilainya tetap ada di buku nilai."
    )
    return 0
