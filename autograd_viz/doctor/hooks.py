"""Memasang dan melepas dokter: sesudah jejak galat yang biasa, kartunya ditampilkan."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from autograd_viz.doctor.card import Card
from autograd_viz.doctor.diagnose import diagnose

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


def card_of(error: BaseException | None) -> Card | None:
    """Kartu sebuah galat autograd; None bila ia bukan galat autograd. Tidak pernah melempar."""
    try:
        found = diagnose(error) if error is not None else None
        return Card(found) if found is not None else None
    except Exception:  # the user's own error is what matters; nothing of ours may stand in its way
        return None


class _Doctor:
    """What is installed, and what stood there before."""

    def __init__(self) -> None:
        self.active = False
        self.shell: Any = None
        self.script: Hook | None = None
        self.thread: Callable[[Any], Any] | None = None
        self.seen: tuple[int, int] = (0, 0)

    def after_script(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if self.script is not None:
            self.script(kind, error, traceback)
        if self.active:
            _write(card_of(error))

    def after_thread(self, arguments: Any) -> None:
        if self.thread is not None:
            self.thread(arguments)
        if self.active:
            _write(card_of(arguments.exc_value))

    def before_cell(self, *_: Any) -> None:
        self.seen = _last_shown()

    def after_cell(self, result: Any) -> None:
        error = getattr(result, "error_in_exec", None)
        if error is None and _last_shown() != self.seen:  # shown by %run and the like, which keep it to themselves
            error = getattr(sys, "last_value", None)
        card = card_of(error) if isinstance(error, BaseException) else None
        if card is not None:
            _display(card)


_doctor = _Doctor()


def install() -> None:
    """Memasang dokter: sesudah galat autograd, penjelasannya tampil di bawah jejak yang biasa.

    Di notebook dan IPython sama dengan `%load_ext autograd_viz`; di skrip kartunya ditulis ke stderr, juga dari utas.
    Galatnya tidak diubah, pencegat galat lain tetap bekerja, dan sel yang berhasil tidak mendapat tambahan apa pun.

    >>> from autograd_viz import doctor
    >>> doctor.install(); doctor.install(); doctor.uninstall()
    """
    if _doctor.active:
        return
    _doctor.active = True
    shell = _shell()
    if shell is not None:
        shell.events.register("pre_run_cell", _doctor.before_cell)
        shell.events.register("post_run_cell", _doctor.after_cell)
        _doctor.shell = shell
    elif sys.excepthook != _doctor.after_script:
        _doctor.script, sys.excepthook = sys.excepthook, _doctor.after_script
    if threading.excepthook != _doctor.after_thread:
        _doctor.thread, threading.excepthook = threading.excepthook, _doctor.after_thread


def uninstall() -> None:
    """Melepas dokter; semuanya kembali seperti sebelum dipasang. Tanpa akibat bila tidak terpasang.

    >>> from autograd_viz import doctor
    >>> doctor.uninstall()
    """
    if not _doctor.active:
        return
    _doctor.active = False
    if _doctor.shell is not None:
        _doctor.shell.events.unregister("pre_run_cell", _doctor.before_cell)
        _doctor.shell.events.unregister("post_run_cell", _doctor.after_cell)
        _doctor.shell = None
    if sys.excepthook == _doctor.after_script:  # else somebody stands on top, and this link only passes on
        sys.excepthook, _doctor.script = _doctor.script or sys.__excepthook__, None
    if threading.excepthook == _doctor.after_thread:
        threading.excepthook, _doctor.thread = _doctor.thread or threading.__excepthook__, None


@contextmanager
def watch() -> Iterator[None]:
    """Menampilkan kartu bagi galat yang keluar dari blok ini; galatnya diteruskan apa adanya.

    Untuk proses yang menangkap galatnya sendiri, misalnya pekerja `torch.multiprocessing.spawn`. Dapat juga menjadi
    `@watch()` di atas sebuah fungsi.

    >>> with watch():
    ...     1 + 1
    2
    """
    try:
        yield
    except BaseException as error:
        _write(card_of(error))
        raise


def _shell() -> Any:
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return ask() if ask is not None else None


def _last_shown() -> tuple[int, int]:
    """Which error was shown last, by numbers only: nothing is kept alive."""
    return id(getattr(sys, "last_value", None)), id(getattr(sys, "last_traceback", None))


def _display(card: Card) -> None:
    """In a notebook as HTML; in a terminal as text, where the traceback went too."""
    try:
        if getattr(_shell(), "kernel", None) is None:
            print(card.text)
        else:
            sys.modules["IPython"].display.display(card)
    except Exception:  # a display that fails is no second error for the user
        return


def _write(card: Card | None) -> None:
    """On stderr, in one piece; with the rank in a process of torch.distributed."""
    if card is None:
        return
    try:
        distributed = sys.modules.get("torch.distributed")
        ready = distributed is not None and distributed.is_available() and distributed.is_initialized()
        rank = f"[rank {distributed.get_rank()}]\n" if ready and distributed is not None else ""
        sys.stderr.write(f"{rank}{card.text}\n")
        sys.stderr.flush()
    except Exception:  # stderr may be closed, or unable to write these letters
        return
