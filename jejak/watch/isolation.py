"""Memeriksa di proses anak, dengan batas keras, sehingga yang diubah sebuah jawaban berakhir bersama proses itu."""

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import re
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NamedTuple, NoReturn

import torch

from jejak.watch.blame import SourceLine, foreign_line
from jejak.watch.clock import Clock
from jejak.watch.limits import own_process

GRACE = 1.0  # seconds that a check in the child has to stop by itself before the child is killed
LOOK = 0.2  # seconds between two looks at whether the child is still there
TRACE = 5.0  # seconds that a child has to say where it is: it may wait for the processor
WHOLE = re.compile(rb"^  (File .* in _live|\.\.\.)\n", re.MULTILINE)  # the last line that `faulthandler` writes here
SYSTEMS = {"win32": "di Windows", "darwin": "di macOS"}

Report = Callable[[str, bool], None]  # what runs now, and whether it has a time of its own


class Answer(NamedTuple):
    """What the work said at its end."""

    text: str


class Stuck(NamedTuple):
    """The child did not come to an end; where it was, and the last thing that it reported."""

    line: SourceLine | None
    last: str


class Gone(NamedTuple):
    """The child ended without a word: by a signal, or because something in it ended the process."""

    signal: str
    last: str


class Unfit(NamedTuple):
    """A child of this process can't compute gradients."""

    reason: str


Outcome = Answer | Stuck | Gone | Unfit


def obstacle() -> str:
    """Mengapa proses anak tidak bisa dipakai di sini, misalnya "di Windows"; kosong bila bisa."""
    if not hasattr(os, "fork") or sys.platform in SYSTEMS:
        return SYSTEMS.get(sys.platform, "di sistem ini")
    if torch.cuda.is_initialized():
        return "sesudah GPU dipakai"
    return ""


def run(work: Callable[[Report], str], seconds: float) -> Outcome:
    """Menjalankan `work` di proses anak, dan mengembalikan apa yang dikatakannya.

    `work` menerima fungsi untuk melapor, dan mengembalikan teks; laporan yang membuka bagian baru memberinya waktu
    `seconds` lagi. Galat: `RuntimeError` bila `work` sendiri rusak;
    `KeyboardInterrupt` dari pengguna juga menghentikan anaknya.
    """
    inbox, outbox = Pipe(duplex=False)
    trace, traced = os.pipe()
    with warnings.catch_warnings():  # Python warns of threads; the child below needs none of them
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _live(work, outbox, traced)
    try:
        outbox.close()
        os.close(traced)
        return _listen(child, inbox, trace, seconds)
    finally:
        _end(child)
        inbox.close()
        os.close(trace)


def _live(work: Callable[[Report], str], outbox: Connection, traced: int) -> NoReturn:
    """The whole life of the child; it never returns into the code that forked."""

    def tell(**news: object) -> None:
        outbox.send_bytes(json.dumps(news).encode())

    try:
        _settle(traced)
        try:
            _try_backward()
        except RuntimeError as error:
            tell(unfit=str(error))
            os._exit(0)
        there = set(sys.modules)
        text = work(lambda last, fresh: tell(last=last, fresh=fresh))
        tell(answer=text, loaded=[name for name in sys.modules if name.startswith("torch.") and name not in there])
    except BaseException:
        with contextlib.suppress(BaseException):
            tell(bug=traceback.format_exc())
    finally:
        os._exit(0)


def _settle(traced: int) -> None:
    """Cuts what ties the child to the notebook: its terminal, its event loop, its threads, its garbage."""
    torch.set_num_threads(1)  # a pool of threads does not survive a fork: its first large operation would wait forever
    signal.set_wakeup_fd(-1)
    os.setsid()
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        signal.signal(number, handler)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    faulthandler.register(signal.SIGUSR1, file=traced, all_threads=False, chain=False)
    gc.freeze()  # nothing of the notebook is to be finalized here


def _try_backward() -> None:
    """Once a device has threads of its own, autograd refuses to work in a forked child."""
    x = torch.ones((), device="cpu", requires_grad=True)
    with torch.inference_mode(False), torch.enable_grad():
        torch.autograd.grad(x * 2, x)


def _listen(child: int, inbox: Connection, trace: int, seconds: float) -> Outcome:
    last, clock = "", Clock(own_process(child), seconds + GRACE)
    while not clock.late():
        if not inbox.poll(LOOK):
            if _has_ended(child) and not inbox.poll(0):
                break
            continue
        try:
            news = json.loads(inbox.recv_bytes())
        except EOFError:
            break
        if "bug" in news:
            raise RuntimeError(f"Pemeriksaan Latihan ini sendiri rusak:\n{news['bug']}")
        if "unfit" in news:
            return Unfit(news["unfit"])
        if "answer" in news:
            _load(news["loaded"])
            return Answer(news["answer"])
        last = news["last"]
        if news["fresh"]:
            clock = Clock(own_process(child), seconds + GRACE)
    else:
        return Stuck(_where(child, trace), last)
    return Gone(_signal_of(child), last)


def _load(names: list[str]) -> None:
    """What torch imported by itself (at the first weighted gradient, at `torch.func`, at an optimizer) takes seconds.

    Once a child has needed it, it is loaded here, and not in every child again.
    """
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _has_ended(child: int) -> bool:
    """Whether it is a zombie; it stays one, so that its number is not given to another process."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal_of(child: int) -> str:
    """The name of the signal that ended it; empty when it ended by itself."""
    with contextlib.suppress(ValueError, ChildProcessError):
        found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        if found is not None and found.si_code in (os.CLD_KILLED, os.CLD_DUMPED):
            return signal.Signals(found.si_status).name
    return ""


def _where(child: int, trace: int) -> SourceLine | None:
    """Where the child is, told by the C code of Python itself: it answers during one long call, too."""
    os.kill(child, signal.SIGUSR1)
    return foreign_line(_read_trace(trace).decode(errors="replace"))


def _read_trace(trace: int) -> bytes:
    """What `faulthandler` writes, in many small pieces, until the frame where the child's life began.

    A child that took the signal for itself writes nothing, and one of more than a hundred frames ends with dots.
    """
    text, end = b"", time.monotonic() + TRACE
    while not WHOLE.search(text) and select.select([trace], [], [], max(0.0, end - time.monotonic()))[0]:
        if not (piece := os.read(trace, 65536)):
            break
        text += piece
    return text


def _end(child: int) -> None:
    """Kills it and all that it started, and buries it."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)
