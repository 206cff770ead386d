"""Beberapa proses sekaligus dari satu program, yang bertemu di komputer ini saja dan pasti berakhir."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = {"linux": "lo", "darwin": "lo0"}  # the interface that no other computer sees, by sys.platform
GRACE = 10.0  # seconds for the others, once one has failed
BEAT = 0.05  # seconds between two looks
KILLED = "dihentikan"


@dataclass(frozen=True)
class Launched:
    """Yang ditulis setiap proses, dan bagaimana ia berakhir; tampil sebagai teks.

    >>> print(Launched((0, 3), ("halo\\n", ""), ("", "")))
    proses 0: halo
    proses 1: berakhir dengan kode 3
    """

    codes: tuple[int | None, ...]  # None: stopped by `launch`
    outputs: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Apakah semua proses berakhir dengan baik.

        >>> Launched((0, None), ("", ""), ("", "")).ok
        False
        """
        return all(code == 0 for code in self.codes)

    def __str__(self) -> str:
        return "\n".join(line for rank in range(len(self.codes)) for line in self._lines(rank))

    __repr__ = __str__

    def _lines(self, rank: int) -> Iterable[str]:
        code, told = self.codes[rank], self.outputs[rank].splitlines()
        if code is None:
            told.append(f"{KILLED}, sebab menunggu yang lain")
        elif code:
            reason = _last(self.errors[rank])
            told.append(f"berakhir dengan kode {code}" + (f": {reason}" if reason else ""))
        return [f"proses {rank}: {line}" for line in told]


def launch(script: str | os.PathLike[str], *arguments: str, count: int = 2, timeout: float = 60.0) -> Launched:
    """Menjalankan `script` dalam `count` proses, dan menunggu paling lama `timeout` detik.

    Setiap proses mendapat RANK, WORLD_SIZE, dan PERTEMUAN (alamat `file://` untuk `init_process_group`). Mereka hanya
    bertemu di komputer ini, tidak membuka pintu jaringan, dan bila satu gagal yang lain dihentikan.

    Galat: `FileNotFoundError` bila `script` tidak ada; `ValueError` bila `count` atau `timeout` tidak masuk akal;
    `TimeoutError` bila waktunya habis.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "halo.py")
    ...     _ = file.write_text("import os; print('halo dari', os.environ['RANK'])", encoding="utf-8")
    ...     print(launch(file))
    proses 0: halo dari 0
    proses 1: halo dari 1
    """
    path = Path(script)
    if not path.is_file():
        raise FileNotFoundError(
            f"Program {path.name} tidak ada di sini. Periksa namanya, atau folder tempat Anda bekerja."
        )
    if not (isinstance(count, int) and 1 <= count <= 16 and timeout > 0):
        raise ValueError(
            f"Untuk {count!r} proses selama {timeout!r} detik tidak ada yang bisa dijalankan. "
            "Pakai 1 sampai 16 proses, dan waktu di atas 0."
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rooms = [Path(folder, str(rank)) for rank in range(count)]
        running: list[subprocess.Popen[bytes]] = []
        try:
            for rank, room in enumerate(rooms):
                running.append(_start([str(path), *arguments], room, _surroundings(rank, count, Path(folder))))
            ended = _wait(running, timeout)
        finally:
            codes = [_stop(one) for one in running]
        if not ended:
            raise TimeoutError(
                f"Sesudah {timeout:g} detik prosesnya belum selesai, jadi dihentikan. Mungkin satu proses menunggu "
                "yang tidak pernah datang: periksa apakah semua memanggil `backward()` sama banyaknya."
            )
        texts = [[_text(room.with_suffix(kind)) for room in rooms] for kind in (".out", ".err")]
    return Launched(tuple(codes), tuple(texts[0]), tuple(texts[1]))


def _surroundings(rank: int, count: int, folder: Path) -> Mapping[str, str]:
    own = {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count), "OMP_NUM_THREADS": "1",
        "PERTEMUAN": (folder / "pertemuan").as_uri(), "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    if interface := LOOPBACK.get(sys.platform):
        own["GLOO_SOCKET_IFNAME"] = interface
    return os.environ | own


def _start(words: list[str], room: Path, surroundings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """What it writes goes to files: a full pipe that nobody reads would stop it."""
    with open(room.with_suffix(".out"), "wb") as out, open(room.with_suffix(".err"), "wb") as err:
        return subprocess.Popen(
            [sys.executable, *words], env=dict(surroundings), stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )


def _wait(running: list[subprocess.Popen[bytes]], timeout: float) -> bool:
    """Whether all have ended, or one has failed and the others had their grace."""
    end = time.monotonic() + timeout
    failed = False
    while any(one.poll() is None for one in running):
        if not failed and any(one.poll() for one in running):
            failed, end = True, min(end, time.monotonic() + GRACE)
        if time.monotonic() > end:
            return failed
        time.sleep(BEAT)
    return True


def _stop(one: subprocess.Popen[bytes]) -> int | None:
    code = one.poll()
    if code is None:
        one.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.wait(GRACE)
    return code


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def _last(error: str) -> str:
    """The last line that names an error, or what stands last."""
    lines = [re.sub(r"^\[rank\d+\]: ", "", line).strip() for line in error.splitlines()]
    told = [line for line in lines if line]
    named = [line for line in told if re.match(r"[\w.]*(Error|Exception|Interrupt)\b", line)]
    return (named or told or [""])[-1]
