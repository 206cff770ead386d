"""`python -m kelas.grading.apart`: the learner's code, alone in a process that knows no right answer and no number.

It answers calls over its standard streams. What it says is never believed, only compared with what is right.
"""

import base64
import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import torch

import jejak
from jejak.verdict import Verdict, Wrong
from jejak.watch import seeds, state
from jejak.watch.blame import place, text_of
from jejak.watch.engine import counting_autograd, without_autograd
from jejak.watch.stubs import empty_part
from jejak.watch.work import Work
from kelas.grading.copy_in import unpack
from kelas.grading.copy_out import Numbers, Things, changes, read_all
from kelas.grading.graphs import Graphs, leaves
from kelas.grading.modules import Modules
from kelas.grading.wire import NotPlain, encode, receive, send

Answer = dict[str, Any]
NOTHING: Callable[[], Any] = contextlib.nullcontext


def cell_name(number: int) -> str:
    """What a cell is called in the traceback of an error."""
    return f"sel {number}"


class Quiet:
    """Stands in for `check` and `hint`: here nothing is judged."""

    def __call__(self, *given: object) -> Verdict:
        return Verdict.not_attempted("Dinilai sesudah dikumpulkan.")

    def sampai(self, *given: object) -> Verdict:
        return self()


def run_cells(sources: list[str]) -> dict[str, Any]:
    """The names after all cells; one that stops with an error costs what it would have defined, and no more."""
    jejak.latihan = lambda name: (Quiet(), Quiet())  # type: ignore[assignment, return-value]
    names: dict[str, Any] = {"__name__": "jawaban"}
    for number, source in enumerate(sources, 1):
        with contextlib.suppress(Exception, SystemExit):
            exec(compile(source, cell_name(number), "exec"), names)
    return names


def describe(name: str, thing: object) -> Answer:
    """What the grader has to know of a part before it calls it."""
    if gap := empty_part(name, thing):
        return {"kind": "gap", "gap": gap}
    if not callable(thing):
        return {"kind": "value", "type": type(thing).__name__}
    try:
        parameters = [[part.name, int(part.kind), part.default is not part.empty] for part in
                      inspect.signature(thing).parameters.values()]  # fmt: skip
    except (TypeError, ValueError):
        return {"kind": "function", "parameters": None}
    return {"kind": "function", "parameters": parameters}


def fault(error: Exception) -> Answer:
    """An error as data, with the learner's own line."""
    if isinstance(error, Wrong):  # of a judge's function that this code has called
        return {"wrong": str(error), "check": error.check, "mend": error.mend}
    line = place(error)
    at = [line.filename, line.number] if line else None
    return {"error": type(error).__name__, "text": text_of(error), "at": at}


class Answerer:
    """Answers what the grader asks of the names that the cells left."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.graphs, self.modules = Graphs(), Modules()
        self.found: Mapping[str, Callable[[Any], object]] = {
            "name": names.__getitem__, "module": lambda at: self.modules.again(*at),
            "graph": lambda at: self.graphs.kept[at].ends[0],
        }  # fmt: skip

    def answer(self, asked: Mapping[str, Any]) -> Answer:
        """What came of it."""
        try:
            return self.back(asked) if "back" in asked else self.call(asked)
        except Exception as error:
            return fault(error)

    def back(self, asked: Mapping[str, Any]) -> Answer:
        with without_autograd() if "forbids" in asked["watch"] else NOTHING():
            return self.graphs.back(asked["back"], asked["gradients"], asked["create"])

    def call(self, asked: Mapping[str, Any]) -> Answer:
        """The result of a call, what it changed, and what was counted meanwhile."""
        (function, args, kwargs, random), things = unpack(base64.b64decode(asked["call"]), self._theirs)
        inputs = leaves(Numbers(things))
        torch.set_rng_state(random)
        looks = read_all(things)
        ended: Answer = {}
        watch = asked["watch"]
        with (without_autograd() if "forbids" in watch else NOTHING(), torch.set_grad_enabled(asked["grad"]),
              counting_autograd() if "count" in watch else NOTHING() as calls,
              Work() if "work" in watch else NOTHING() as work):  # fmt: skip
            before = state.read()
            try:
                result = function(*args, **kwargs)
            except Exception as error:
                ended = fault(error)
            left = state.changed(before)
        return {
            **(ended or {"result": self._told(result, things, inputs)}), "left": list(left),
            "changes": changes(looks, things), "random": encode(torch.get_rng_state()), "calls": calls or [],
            "work": [work.operations, work.largest] if work else None,
        }  # fmt: skip

    def _told(self, result: object, things: Things, inputs: list[torch.Tensor]) -> Any:
        try:
            return self.graphs.result(result, Numbers(things), inputs, self.modules.known)
        except NotPlain as strange:
            return {"strange": str(strange)}

    def _theirs(self, address: tuple[str, Any]) -> object:
        kind, at = address
        return self.found[kind](at)


def main() -> None:
    inbox, outbox = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    torch.set_num_threads(1)
    start = receive(inbox)
    sys.argv = ["jawaban"]
    seeds.seed_all()
    names = run_cells(start["cells"])
    answerer = Answerer(names)
    send(outbox, {name: describe(name, names.get(name)) for name in start["answers"]})
    while True:
        send(outbox, answerer.answer(receive(inbox)))


if __name__ == "__main__":
    main()
