"""Waktu yang benar-benar dipakai sebuah proses, juga di mesin yang sibuk."""

import time
from typing import Protocol

BUSIEST = 6  # the wall time after which even a process that hardly gets a turn has had enough, as a multiple


class Process(Protocol):
    """What psutil tells of a process."""

    def status(self) -> str: ...

    def cpu_times(self) -> tuple[float, ...]: ...


class Clock:
    """Menghitung waktu sebuah proses; menunggu giliran memakai prosesor tidak terhitung.

    Selama ia berjalan, yang dihitung waktu prosesornya; selama ia tidur atau menunggu, waktu dinding. `late` menjawab
    apakah `seconds` detik sudah terpakai, atau waktu dinding sudah 6 kali sebanyak itu.
    """

    def __init__(self, process: Process, seconds: float) -> None:
        self.process, self.seconds, self.used = process, seconds, 0.0
        self.start = self.looked = time.monotonic()
        self.worked = _worked(process)

    def late(self) -> bool:
        """Dipanggil berulang-ulang: yang terjadi di antara dua panggilan dihitung menurut keadaan sekarang."""
        now, worked = time.monotonic(), _worked(self.process)
        passed = now - self.looked
        self.used += min(passed, worked - self.worked) if self.process.status() == "running" else passed
        self.looked, self.worked = now, worked
        return self.used > self.seconds or now - self.start > BUSIEST * self.seconds


def _worked(process: Process) -> float:
    user, system, *_ = process.cpu_times()
    return user + system
