"""`python -m kelas.grading.apart`: the learner's code, alone in a process that knows no right answer and no number.

It answers calls over its standard streams. What it says is never believed, only compared with what is right.
"""

import contextlib
import inspect
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

import jejak
from jejak.verdict import Verdict, Wrong
from jejak.watch import state
from jejak.watch.blame import place, text_of
from jejak.watch.engine import without_autograd
from jejak.watch.stubs import empty_part
from kelas.grading.wire import NotPlain, decode, encode, receive, send


def cell_name(number: int) -> str:
    """What a cell is called in the traceback of an error."""
    return f"sel {number}"


class Quiet:
    """Stands in for `check` and `hint`: here nothing is judged."""

    def __call__(self, *given: object) -> Verdict:
        return Verdict.not_attempted("Dinilai sesudah dikumpulkan.")


def run_cells(sources: list[str]) -> dict[str, Any]:
    """The names after all cells; one that stops with an error costs what it would have defined, and no more."""
    jejak.latihan = lambda name: (Quiet(), Quiet())  # type: ignore[assignment, return-value]
    names: dict[str, Any] = {"__name__": "jawaban"}
    for number, source in enumerate(sources, 1):
        with contextlib.suppress(Exception, SystemExit):
            exec(compile(source, cell_name(number), "exec"), names)
    return names


def describe(name: str, thing: object) -> dict[str, Any]:
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


def answer(names: Mapping[str, Any], call: Mapping[str, Any]) -> dict[str, Any]:
    """One call: what came back, what became of the inputs, or the error it ended with."""
    args = [names[part["own"]] if "own" in part else decode(part["value"]) for part in call["args"]]
    kwargs = {key: decode(part) for key, part in call["kwargs"].items()}
    guard: AbstractContextManager[None] = without_autograd() if call["forbids"] else nullcontext()
    before = state.read()
    try:
        with guard, torch.set_grad_enabled(call["grad"]):
            result = names[call["name"]](*args, **kwargs)
        left = state.changed(before)
        after = [None if "own" in part else encode(arg) for part, arg in zip(call["args"], args)]
        same = next((at for at, arg in enumerate(args) if result is arg), None)
        return {"result": encode(result), "after": after, "left": list(left), "same": same}
    except Wrong as fault:
        return {"wrong": str(fault)}
    except NotPlain as strange:
        return {"strange": str(strange)}
    except Exception as error:
        line = place(error)
        at = [line.filename, line.number] if line else None
        return {"error": type(error).__name__, "text": text_of(error), "at": at}


def main() -> None:
    inbox, outbox = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    torch.set_num_threads(1)
    start = receive(inbox)
    sys.argv = ["jawaban"]
    names = run_cells(start["cells"])
    send(outbox, {name: describe(name, names.get(name)) for name in start["answers"]})
    while True:
        send(outbox, answer(names, receive(inbox)))


if __name__ == "__main__":
    main()
