"""The grader's side: a learner's parts as functions that are called in another process."""

import builtins
import contextlib
import inspect
import linecache
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import torch
from torch.autograd import Variable

from autograd_viz.tracing.torch_internals import EXECUTION_ENGINE
from jejak.verdict import Wrong
from jejak.watch.engine import sees_engine
from jejak.watch.limits import OverTime
from kelas.grading.apart import cell_name
from kelas.grading.wire import SLOW, NotPlain, Silence, decode, encode, receive, send

LONGEST_CELL = 100_000  # lines
START = 60.0  # seconds for torch to load and the cells to run
USUAL_ENGINE = getattr(Variable, EXECUTION_ENGINE) if sees_engine() else None


class Apart:
    """One learner's code in its own process, started by `command`; `seconds` for each call."""

    def __init__(self, command: Sequence[str], cells: Sequence[str], answers: Sequence[str], seconds: float) -> None:
        self.seconds, self.dead = seconds, ""
        self.cells = {cell_name(number): source for number, source in enumerate(cells, 1)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
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
        about = self.about.get(name)
        if not self.about:
            return _forever(name)
        match about:
            case {"kind": "function", **more}:
                return Part(self, name, more.get("parameters"))
            case {"kind": "value"}:
                return object()  # not callable: the judge says so
        return ...

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


class Fault(NamedTuple):
    """What a call ended with instead of a result, and the cell and line where."""

    error: Exception
    at: object = None


class Part:
    """A function of the learner, called over there."""

    def __init__(self, apart: Apart, name: str, parameters: object) -> None:
        self.apart, self.__name__ = apart, name
        if signature := _signature(parameters):
            self.__signature__ = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            sent = [{"own": arg.__name__} if isinstance(arg, Part) else {"value": encode(arg)} for arg in args]
            named = {key: encode(arg) for key, arg in kwargs.items()}
            call: dict[str, Any] = {"name": self.__name__, "args": sent, "kwargs": named}
        except NotPlain as strange:
            raise RuntimeError(f"an input that can't be sent: {strange}") from strange
        call |= {"grad": torch.is_grad_enabled(), "forbids": _forbids_autograd()}
        try:
            came = self._read(self.apart.ask(call, self.apart.seconds), args)
        except Silence as silence:
            if str(silence) == SLOW:
                raise OverTime(self.__name__) from None
            raise RuntimeError(f"kode ini tidak menjawab: {silence}") from None
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise RuntimeError("kode ini menjawab dengan cara yang tidak dikenal") from error
        if isinstance(came, Fault):
            self._raise(came)
        return came

    def _read(self, said: Mapping[str, Any], args: Sequence[Any]) -> Any:
        """The result of a call, or the Fault that it ended with; inputs that it changed are changed here too."""
        if "wrong" in said:
            return Fault(Wrong(str(said["wrong"]), check="no_autograd"))
        if "error" in said:
            kind = getattr(builtins, str(said["error"]), RuntimeError)
            usual = isinstance(kind, type) and issubclass(kind, Exception)
            return Fault((kind if usual else RuntimeError)(str(said["text"])[:300]), said["at"])
        if "strange" in said:
            return object()  # neither a number nor a tensor; the judge says what it wanted
        if left := said["left"]:
            told = f"`{self.__name__}` meninggalkan {str(left[0])[:80]} dalam keadaan lain."
            return Fault(Wrong(told, check="side_effects"))
        for arg, after in zip(args, said["after"]):
            _put_back(arg, decode(after))
        same = said["same"]
        return args[same] if isinstance(same, int) else decode(said["result"])


    def _raise(self, fault: "Fault") -> NoReturn:
        """The error, at the learner's own line, so that the judge names that line."""
        match fault.at:
            case [str(name), int(number)] if 0 < number < LONGEST_CELL:
                lines = self.apart.cells.get(name, "").splitlines(keepends=True)
                linecache.cache[name] = (sum(map(len, lines)), None, lines, name)
                names = {"error": fault.error, "__name__": "jawaban"}
                exec(compile("\n" * (number - 1) + "raise error", name, "exec"), names)
        raise fault.error


def _put_back(arg: object, after: object) -> None:
    """What the call did to an input, done to the grader's own, so that the judge sees it."""
    if isinstance(arg, (list, tuple)) and isinstance(after, (list, tuple)):
        for mine, theirs in zip(arg, after):
            _put_back(mine, theirs)
    if isinstance(arg, torch.Tensor) and isinstance(after, torch.Tensor):
        with torch.no_grad():
            if arg.shape == after.shape and not _same(arg, after):
                arg.detach().copy_(after)
            if arg.is_leaf and after.grad is None:
                arg.grad = None
            elif arg.is_leaf and after.grad is not None and (arg.grad is None or not _same(arg.grad, after.grad)):
                arg.grad = after.grad.detach().clone()


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.dtype == other.dtype and torch.equal(one.nan_to_num(nan=7e7), other.nan_to_num(nan=7e7))


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


def _forbids_autograd() -> bool:
    """Whether the judge is inside `without_autograd`: the same then holds over there."""
    return USUAL_ENGINE is not None and getattr(Variable, EXECUTION_ENGINE) is not USUAL_ENGINE


class Restarting:
    """The parts of a learner; after a call that never came back, the next question starts the process anew."""

    def __init__(self, *about: Any) -> None:
        self.about = about
        self.process = Apart(*about)

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
