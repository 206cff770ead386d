"""Memasang dan melepas dokter: sesudah jejak galat yang biasa, kartunya ditampilkan."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd_viz.doctor.card import Card
from autograd_viz.doctor.diagnose import diagnose


def card_of(error: BaseException | None) -> Card | None:
    """Kartu sebuah galat autograd; None bila ia bukan galat autograd. Tidak pernah melempar."""
    try:
        found = diagnose(error) if error is not None else None
        return Card(found) if found is not None else None
    except Exception:  # the user's own error is what matters; nothing of ours may stand in its way
        return None


class _Link:
    """One link in a chain of hooks: what stood there speaks first, then the card, as long as the link is in force.

    Who put a hook on top keeps calling this link after `uninstall`; a new installation is a new link.
    """

    def __init__(self, before: Callable[..., Any], error_of: Callable[..., BaseException | None]) -> None:
        self.before = before
        self.error_of = error_of
        self.active = True

    def __call__(self, *given: Any) -> None:
        self.before(*given)
        if self.active:
            _write(card_of(self.error_of(*given)))


class _Cells:
    """What IPython calls before and after every cell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.seen = _last_shown()

    def before(self, *_: Any) -> None:
        self.seen = _last_shown()

    def after(self, result: Any) -> None:
        error = getattr(result, "error_in_exec", None)
        if error is None and _last_shown() != self.seen:  # shown by %run and the like, which keep it to themselves
            error = getattr(sys, "last_value", None)
        card = card_of(error) if isinstance(error, BaseException) else None
        if card is not None:
            _display(card)


class _Installed:
    """What is in force now."""

    def __init__(self) -> None:
        self.active = False
        self.script: _Link | None = None
        self.thread: _Link | None = None
        self.cells: _Cells | None = None


_installed = _Installed()


def install() -> None:
    """Memasang dokter: sesudah galat autograd, penjelasannya tampil di bawah jejak yang biasa.

    Di notebook dan IPython sama dengan `%load_ext autograd_viz`; di skrip kartunya ditulis ke stderr, juga dari utas.
    Galatnya tidak diubah, penangkap galat lain tetap bekerja, dan sel yang berhasil tidak mendapat tambahan apa pun.

    >>> from autograd_viz import doctor
    >>> doctor.install(); doctor.install(); doctor.uninstall()
    """
    if _installed.active:
        return
    _installed.active = True
    shell = _shell()
    if shell is not None:
        cells = _installed.cells = _Cells(shell)
        shell.events.register("pre_run_cell", cells.before)
        shell.events.register("post_run_cell", cells.after)
    else:
        sys.excepthook = _installed.script = _Link(sys.excepthook, lambda kind, error, traceback: error)
    threading.excepthook = _installed.thread = _Link(threading.excepthook, lambda given: given.exc_value)


def uninstall() -> None:
    """Melepas dokter; semuanya kembali seperti sebelum dipasang. Tanpa akibat bila tidak terpasang.

    >>> from autograd_viz import doctor
    >>> doctor.uninstall()
    """
    if not _installed.active:
        return
    cells, script, thread = _installed.cells, _installed.script, _installed.thread
    _installed.active, _installed.cells, _installed.script, _installed.thread = False, None, None, None
    if cells is not None:
        cells.shell.events.unregister("pre_run_cell", cells.before)
        cells.shell.events.unregister("post_run_cell", cells.after)
    for link in (script, thread):
        if link is not None:
            link.active = False
    if script is not None and sys.excepthook is script:
        sys.excepthook = script.before
    if thread is not None and threading.excepthook is thread:
        threading.excepthook = thread.before


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
