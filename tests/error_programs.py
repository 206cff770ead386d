"""Runs the programs of the catalogue of errors, each in a fresh namespace that leaves no mode behind.

`python tests/error_programs.py` runs those that join a group of processes, in a process of its own, and writes their
outcomes as JSON.
"""

import json
import sys
import warnings
from contextlib import contextmanager
from typing import NamedTuple

import torch


class Outcome(NamedTuple):
    """What a program ended with: the names of its error's classes and the message; `given` says for every
    backward() whether all leaves it reached hold a finite gradient."""

    kinds: tuple[str, ...]
    message: str
    given: tuple[bool, ...]


@contextmanager
def every_warning():
    """A warning that torch gives once in a process is given to each program."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        yield
    finally:
        torch.set_warn_always(before)


def run(program, strict):
    """With `strict` a UserWarning is raised, as Python does under `-W error`."""
    given, backward, state = [], torch.Tensor.backward, torch.get_rng_state()

    def watched(tensor, *arguments, **options):
        reached = leaves(tensor)
        backward(tensor, *arguments, **options)
        given.append(bool(reached) and all(leaf.grad is not None and holds(leaf.grad) for leaf in reached))

    try:
        torch.Tensor.backward = watched
        with warnings.catch_warnings(), every_warning():
            warnings.simplefilter("ignore")
            if strict:
                warnings.simplefilter("error", UserWarning)
            exec(compile(program, "<program>", "exec"), {"__name__": "__program__"})
    except Exception as error:
        return Outcome(tuple(kind.__name__ for kind in type(error).__mro__), str(error), tuple(given))
    finally:
        torch.Tensor.backward = backward
        torch.set_rng_state(state)
        torch.set_grad_enabled(True)
        torch.set_anomaly_enabled(False)
        torch.use_deterministic_algorithms(False)
        torch.set_default_dtype(torch.float32)
    return Outcome((), "", tuple(given))


def holds(gradient):
    values = gradient.coalesce().values() if gradient.is_sparse else gradient
    return bool(values.isfinite().all())


def leaves(tensor):
    """The leaves that backward() will give a gradient."""
    found, stack = {}, [tensor.grad_fn]
    while stack:
        node = stack.pop()
        if node is not None and node not in found:
            found[node] = getattr(node, "variable", None)
            stack += [above for above, _ in node.next_functions]
    return [leaf for leaf in found.values() if leaf is not None]


def outcomes(entries):
    """By entry and cause (the entry's own program under ""): how the program ended, and how the cured one did."""
    found = {}
    for entry in entries:
        strict = entry.types == ("UserWarning",)
        found[f"{entry.id}/"] = run(entry.reproducer, strict), None
        for cause in entry.causes:
            ended = run(cause.program, strict) if cause.program != entry.reproducer else found[f"{entry.id}/"][0]
            found[f"{entry.id}/{cause.id}"] = ended, run(cause.cured, strict)
    return found


def joins(entry):
    """Whether the programs of an entry join a group of processes."""
    return any("init_process_group" in cause.cured for cause in entry.causes)


if __name__ == "__main__":
    from autograd_viz.doctor.catalogue import catalogue

    json.dump(outcomes(entry for entry in catalogue() if joins(entry)), sys.stdout)
