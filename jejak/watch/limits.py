"""Batas waktu dan memori untuk kode pelajar; sesudahnya kernel tetap hidup."""

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jejak.watch.blame import text_of
from jejak.watch.clock import Clock

try:
    import resource
except ImportError:  # Windows has no such limits: there the watcher alone keeps guard
    resource = None  # type: ignore[assignment]

SECONDS = 20.0
MEMORY = 2**30  # bytes that foreign code may take beside what the kernel had
POLL = 0.05  # seconds between two looks
AGAIN = 0.02  # seconds after which code that caught the interruption is interrupted again


class OverLimit(BaseException):
    """Foreign code took too long or too much; not an Exception, so that `except Exception` does not catch it."""


class OverTime(OverLimit):
    pass


class OverMemory(OverLimit):
    pass


def seconds_allowed() -> float:
    """Waktu untuk satu pemeriksaan, dalam detik: `AUTOGRAD_CEK_DETIK`, atau 20."""
    try:
        seconds = float(os.environ.get("AUTOGRAD_CEK_DETIK", SECONDS))
    except ValueError:
        return SECONDS
    return seconds if seconds > 0 else SECONDS


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Menghentikan kode di dalamnya di mana pun ia berada: putaran, tidur, atau `backward`.

    Menunggu giliran di mesin yang sibuk tidak terhitung (`Clock`).
    Galat: `OverTime` sesudah `seconds` detik; `OverMemory` bila memorinya bertambah lebih dari batasnya.
    """
    interrupt = _Signal() if threading.current_thread() is threading.main_thread() else _Injection()
    with _hard_limit(2 * MEMORY), interrupt:
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(done, interrupt, seconds), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            interrupt.armed = False  # read by the same thread that an interruption would reach
            done.set()
            watcher.join()
        if interrupt.error:  # the code caught the interruption and came to an end all the same
            raise interrupt.error


def own_process(number: int | None = None) -> Any:
    """Proses ini, atau yang bernomor `number`, menurut psutil, yang baru dibutuhkan ketika jawaban diperiksa.

    Galat: ModuleNotFoundError bila psutil tidak terpasang.
    """
    try:
        import psutil
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Memeriksa jawaban memerlukan paket psutil, yang menjaga memori kernel, dan paket itu tidak terpasang. "
            'Pasang dengan: pip install "autograd-viz[kursus]"',
            name=error.name,
        ) from error
    return psutil.Process(number)


def is_out_of_memory(error: BaseException) -> bool:
    """Apakah permintaan memori ditolak; torch melaporkannya sebagai `RuntimeError`."""
    if isinstance(error, (MemoryError, OverMemory)):
        return True
    text = text_of(error).lower()
    return isinstance(error, RuntimeError) and ("allocate memory" in text or "not enough memory" in text)


def _watch(done: threading.Event, interrupt: "_Signal | _Injection", seconds: float) -> None:
    process = own_process()
    clock, most = Clock(process, seconds), process.memory_info().rss + MEMORY
    while not done.wait(POLL):
        late, large = clock.late(), process.memory_info().rss > most
        if late or large:
            interrupt.send(OverTime if late else OverMemory)
            done.wait(AGAIN)


class _Signal:
    """Interrupts the main thread as Ctrl+C does: this also ends a sleep or a lock, on every system."""

    def __init__(self) -> None:
        self.armed = True
        self.error: type[OverLimit] | None = None
        self.previous: Any = None

    def __enter__(self) -> None:
        self.previous = signal.signal(signal.SIGINT, self.handle)

    def __exit__(self, *exc: object) -> None:
        signal.signal(signal.SIGINT, self.previous)

    def handle(self, number: int, frame: FrameType | None) -> None:
        if self.error is None:  # somebody else's Ctrl+C
            if callable(self.previous):
                self.previous(number, frame)
        elif self.armed:
            raise self.error

    def send(self, error: type[OverLimit]) -> None:
        self.error = error
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)


class _Injection:
    """Interrupts another thread between two steps of Python; signals reach the main thread only."""

    def __init__(self) -> None:
        self.armed = True
        self.error: type[OverLimit] | None = None
        self.thread = threading.get_ident()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: object) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), None)

    def send(self, error: type[OverLimit]) -> None:
        self.error = error
        if self.armed:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(error))


@contextmanager
def _hard_limit(memory: int) -> Iterator[None]:
    """On Linux the system itself refuses one huge allocation, which no watcher is quick enough to see."""
    taken = getattr(own_process().memory_info(), "data", None)
    if resource is None or taken is None:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = taken + memory
    fits = before[0] == resource.RLIM_INFINITY or wanted < before[0]
    if fits:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, before[1]))
    try:
        yield
    finally:
        if fits:
            resource.setrlimit(resource.RLIMIT_DATA, before)
