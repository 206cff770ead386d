"""The grader's side: a learner's parts as functions that are called in another process."""

import base64
import builtins
import contextlib
import inspect
import linecache
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, NoReturn

import cloudpickle
import torch

import jejak.tasks
from jejak.verdict import Wrong
from jejak.watch import engine, work
from jejak.watch.limits import OverTime
from kelas.grading.apart import cell_name
from kelas.grading.copy_in import Theirs, pack
from kelas.grading.copy_out import Numbers, write_back
from kelas.grading.graphs import reader
from kelas.grading.modules import LearnersModule
from kelas.grading.wire import SLOW, Silence, decode, receive, send

LONGEST_CELL = 100_000  # lines
LONGEST_TEXT = 300  # characters of what the other side tells
START = 120.0  # seconds for torch to load and the cells to run
STRANGE = "kode ini menjawab dengan cara yang tidak dikenal"
BROKEN = (KeyError, TypeError, IndexError, AttributeError, ValueError, Silence)
cloudpickle.register_pickle_by_value(jejak.tasks)  # the learner's side does not have these modules


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The process, in a session of its own, which ends with it."""
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            start_new_session=True)  # fmt: skip


class Apart:
    """One learner's code in its own process, started by `command`; `seconds` for each call."""

    def __init__(self, command: Sequence[str], cells: Sequence[str], answers: Sequence[str], seconds: float) -> None:
        self.seconds, self.dead = seconds, ""
        self.cells = {cell_name(number): source for number, source in enumerate(cells, 1)}
        self.process = start(command)
        assert self.process.stdin and self.process.stdout
        self.outbox, self.inbox = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.about: dict[str, Any] = {}
        with contextlib.suppress(Silence):
            self.about = self.ask({"cells": list(cells), "answers": list(answers)}, START)

    def ask(self, message: Any, seconds: float) -> Any:
        """Raises Silence, now and at every later question, once the process did not answer."""
        if self.dead:
            raise Silence(self.dead)
        try:
            send(self.outbox, message)
            return receive(self.inbox, seconds)
        except Silence as silence:
            self.dead = str(silence)
            self.end()
            raise

    def parts(self, answers: Sequence[str]) -> dict[str, object]:
        """The parts by name, as the judge takes them; `...` for one that was not written."""
        return {name: self._part(name) for name in answers}

    def _part(self, name: str) -> object:
        if not self.about:
            return _forever(name)
        match self.about.get(name):
            case {"kind": "function", **more}:
                return Part(self, name, more.get("parameters"))
            case {"kind": "value"}:
                return object()  # not callable: the judge says so
        return ...

    def call(self, target: object, args: tuple[Any, ...], kwargs: Mapping[str, Any], name: str = "forward") -> Any:
        """Call what is over there; what the call changed is changed here too.

        Raises the error that it ended with, OverTime, or RuntimeError where nothing that can be read came back.
        """
        parcel = pack(target, args, dict(kwargs), torch.get_rng_state())
        ask = partial(self.back, name)
        numbers = Numbers(parcel.things)
        kinds = {**reader(ask, numbers), "module": partial(LearnersModule, self.call), "strange": _strange}
        packed = base64.b64encode(parcel.raw).decode("ascii")
        said = self.answer(name, {"call": packed, "grad": torch.is_grad_enabled()})
        try:
            if "changes" in said:  # also of a call that ended with an error
                write_back(parcel, said["changes"])
                torch.set_rng_state(decode(said["random"]))
                _count(said)
            fault = _fault(said)
            result = None if fault else decode(said["result"], kinds)
            left = [] if fault else [str(one)[:LONGEST_TEXT] for one in said["left"]]
        except BROKEN as error:
            raise RuntimeError(STRANGE) from error
        if fault:
            self._raise(fault)
        if left:
            raise Wrong(f"`{name}` meninggalkan {left[0]} dalam keadaan lain.", check="side_effects")
        return result

    def back(self, name: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What came back over a graph."""
        said = self.answer(name, message)
        try:
            fault = _fault(said)
        except BROKEN as error:
            raise RuntimeError(STRANGE) from error
        return self._raise(fault) if fault else said

    def answer(self, name: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the other side said to a question."""
        watch = [*(["forbids"] if engine.forbids_autograd() else []), *(["count"] if engine.COUNTERS else []),
                 *(["work"] if work.RUNNING else [])]  # fmt: skip
        for running in work.RUNNING:
            running.counts = False
        try:
            said: Mapping[str, Any] = self.ask({**message, "watch": watch}, self.seconds)
            return said
        except Silence as silence:
            if str(silence) == SLOW:
                raise OverTime(name) from None
            raise RuntimeError(f"kode ini tidak menjawab: {silence}") from None
        finally:
            for running in work.RUNNING:
                running.counts = True

    def _raise(self, fault: "Fault") -> NoReturn:
        """The error, at the learner's own line, so that the judge names that line."""
        match fault.at:
            case [str(name), int(number)] if 0 < number < LONGEST_CELL:
                lines = self.cells.get(name, "").splitlines(keepends=True)
                linecache.cache[name] = (sum(map(len, lines)), None, lines, name)
                names = {"error": fault.error, "__name__": "jawaban"}
                exec(compile("\n" * (number - 1) + "raise error", name, "exec"), names)
        raise fault.error

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self.end()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _forever(name: str) -> Callable[..., Any]:
    """The part of a learner whose cells did not even come to an end."""

    def never(*args: object, **kwargs: object) -> None:
        raise OverTime(name)

    return never


def _strange(kind: object) -> object:
    """Neither a number nor a tensor came back; the judge says what it wanted."""
    return object()


class Fault(NamedTuple):
    """What a call ended with instead of a result, and the cell and line where."""

    error: Exception
    at: object = None


def _fault(said: Mapping[str, Any]) -> Fault | None:
    if "wrong" in said:
        told, check, mend = (str(said[key])[: LONGEST_TEXT * 2] for key in ("wrong", "check", "mend"))
        return Fault(Wrong(told, check=check, mend=mend))
    if "error" in said:
        kind = getattr(builtins, str(said["error"]), RuntimeError)
        usual = isinstance(kind, type) and issubclass(kind, Exception)
        return Fault((kind if usual else RuntimeError)(str(said["text"])[:LONGEST_TEXT]), said["at"])
    return None


def _count(said: Mapping[str, Any]) -> None:
    """Give to those that count now what was counted over there."""
    for calls in engine.COUNTERS:
        calls.extend(map(str, said["calls"]))
    if said["work"] and work.RUNNING:
        work.RUNNING[-1].add(*map(int, said["work"]))


class Part(Theirs):
    """A function of the learner, called over there."""

    def __init__(self, apart: Apart, name: str, parameters: object) -> None:
        self.apart, self.__name__, self.address = apart, name, ("name", name)
        if signature := _signature(parameters):
            self.__signature__ = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apart.call(self, args, kwargs, self.__name__)


def _signature(parameters: object) -> inspect.Signature | None:
    if not isinstance(parameters, list):
        return None
    kinds = {int(kind): kind for kind in inspect._ParameterKind}
    try:
        return inspect.Signature([
            inspect.Parameter(str(name), kinds[kind], default=None if given else inspect.Parameter.empty)
            for name, kind, given in parameters
        ])  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None


class Restarting:
    """The parts of a learner; after a call that never came back, the next question starts the process anew."""

    def __init__(self, *about: Any) -> None:
        self.about = about
        self.process = Apart(*about)
        self.seconds = self.process.seconds

    @property
    def dead(self) -> str:
        """Why there is no answer any more; empty while there is."""
        return self.process.dead

    def parts(self, answers: Sequence[str]) -> dict[str, object]:
        if self.process.dead and self.process.about:  # cells that never end would not end the second time either
            self.process.close()
            self.process = Apart(*self.about)
        return self.process.parts(answers)


@contextlib.contextmanager
def restarting(
    command: Sequence[str], cells: Sequence[str], answers: Sequence[str], seconds: float
) -> Iterator[Restarting]:
    learner = Restarting(command, cells, answers, seconds)
    try:
        yield learner
    finally:
        learner.process.close()
