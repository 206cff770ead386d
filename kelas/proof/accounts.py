"""System users that last as long as the proof: a process of its own removes them, however the proof ends."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MARK = "bukti kelas Jejak Gradien"  # in the comment field: an account without it is not ours to remove
GROUP = "ujikelas"


class Account(NamedTuple):
    """One learner as the system knows them."""

    name: str
    password: str
    uid: int
    home: Path


class TakenName(Exception):
    """An account of that name exists, and is somebody else's."""


def run(*command: str, given: str | None = None) -> None:
    done = subprocess.run(command, input=given, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def processes_of(uids: set[int]) -> list[int]:
    """The processes of these users, zombies aside."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(entry.path).st_uid in uids and alive(int(entry.name)):
                    found.append(int(entry.name))
    return found


def processes_naming(folder: Path) -> list[int]:
    """Processes that were started in this folder or for it: a proxy and a culler outlive a hub that was killed."""
    found, name = [], os.fsencode(folder) + b"/"
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                inside = os.fsencode(os.readlink(f"{entry.path}/cwd")) + b"/"
                if inside.startswith(name) or name in Path(entry.path, "environ").read_bytes():
                    found.append(int(entry.name))
    return found


def listening(uid: int) -> list[int]:
    """The TCP ports of loopback that this user keeps open."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sorted(int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and int(row[7]) == uid)


def ours() -> dict[str, int]:
    """Accounts that a proof made, also one that was cut off."""
    return {one.pw_name: one.pw_uid for one in pwd.getpwall() if one.pw_gecos == MARK}


def remove(folder: Path, hub: list[int]) -> None:
    """End the hub and every process of our accounts, then remove the accounts, the group and the folder."""
    signal_all(hub, signal.SIGTERM)
    for _ in range(100):
        if not any(alive(number) for number in hub):
            break
        time.sleep(0.1)
    signal_all(hub, signal.SIGKILL)
    uids = set(ours().values())
    for _ in range(50):
        if not (left := [*processes_of(uids), *processes_naming(folder)]):
            break
        signal_all(left, signal.SIGKILL)
        time.sleep(0.1)
    for name in ours():
        subprocess.run(["userdel", name], capture_output=True)
    subprocess.run(["groupdel", GROUP], capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def signal_all(numbers: Sequence[int], what: signal.Signals) -> None:
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, what)


def alive(number: int) -> bool:
    with contextlib.suppress(OSError):
        return b") Z" not in Path(f"/proc/{number}/stat").read_bytes()
    return False


class Guard:
    """Cleans up when the proof ends: a child that waits for its pipe to close, which also SIGKILL does."""

    def __init__(self, folder: Path) -> None:
        reading, self.pipe = os.pipe()
        self.child = os.fork()
        if self.child:
            os.close(reading)
            return
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(self.pipe)
        told = b""
        while piece := os.read(reading, 4096):
            told += piece
        try:
            remove(folder, [int(number) for number in told.split()])
        finally:
            os._exit(0)

    def watch(self, number: int) -> None:
        """Also end this process, with the proof."""
        os.write(self.pipe, b"%d " % number)

    def finish(self) -> None:
        os.close(self.pipe)
        os.waitpid(self.child, 0)


@contextlib.contextmanager
def guarded() -> Iterator[tuple[Path, Guard]]:
    """A folder of the proof that everybody may enter, and what cleans up after it."""
    lock = open(Path(tempfile.gettempdir()) / "ujikelas.lock", "w")  # noqa: SIM115  # the guard holds it to its end too
    fcntl.flock(lock, fcntl.LOCK_EX)  # a second proof waits: it would take these accounts for left over
    folder = Path(tempfile.mkdtemp(prefix="ujikelas-"))
    folder.chmod(0o755)
    guard = Guard(folder)
    try:
        yield folder, guard
    finally:
        guard.finish()
        lock.close()


def make_accounts(count: int, folder: Path) -> list[Account]:
    """System users ujikelas01, ujikelas02, … with passwords and closed homes; what an earlier proof left goes first.

    Raises TakenName where such a user is not ours.
    """
    names = [f"{GROUP}{number:02}" for number in range(1, count + 1)]
    for name in names:
        with contextlib.suppress(KeyError):
            if pwd.getpwnam(name).pw_gecos != MARK:
                raise TakenName(f"Pengguna {name} sudah ada, dan bukan buatan uji ini; ia tidak disentuh.")
    if ours():
        remove(folder / "none", [])
    run("groupadd", "--force", GROUP)
    accounts = []
    for name in names:
        home = folder / "home" / name
        run("useradd", "--no-create-home", "--home-dir", str(home), "--comment", MARK, "--shell", "/bin/bash",
            "--no-user-group", "--gid", GROUP, name)  # fmt: skip
        uid = pwd.getpwnam(name).pw_uid
        home.mkdir(parents=True)
        home.chmod(0o700)
        os.chown(home, uid, pwd.getpwnam(name).pw_gid)
        accounts.append(Account(name, secrets.token_hex(8), uid, home))
    run("chpasswd", given="".join(f"{one.name}:{one.password}\n" for one in accounts))
    return accounts
