"""Results that carry a graph: the graph stays with the learner's code, and is gone back through from the grader's side.

What comes back over a graph is a gradient for weights that the judge has just drawn: to give a right one is to know it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch.autograd.function import BackwardCFunction

from kelas.grading.copy_in import CAME_BACK
from kelas.grading.copy_out import Numbers
from kelas.grading.wire import Known, decode, encode

Tensors = Sequence[torch.Tensor]


class Kept(NamedTuple):
    """Where a graph ends, and what it is asked about."""

    ends: Tensors
    inputs: Tensors


class Graphs:
    """On the learner's side: every graph that a result carried, by number."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []

    def keep(self, ends: Tensors, inputs: Tensors) -> int:
        self.kept.append(Kept(ends, inputs))
        return len(self.kept) - 1

    def result(self, value: object, numbers: Numbers, inputs: Tensors, module: Known) -> Any:
        """A result as data: what both sides have by its number, a graph or a module by its own."""

        def known(part: object) -> Any:
            if (number := numbers.known(part) or module(part)) is not None:
                return number
            if type(part) is torch.Tensor and part.grad_fn is not None:
                own = isinstance(part.grad_fn, BackwardCFunction)
                return {"graph": [self.keep([part], inputs), encode(part.detach()), own]}
            return None

        return encode(value, known)

    def back(self, number: int, gradients: Any, create: bool) -> dict[str, Any]:
        """The gradients of the inputs, each as data; with `create` also the graph of those that have one."""
        ends, inputs = self.kept[number]
        weights = [decode(one).requires_grad_(create) for one in gradients]
        found = torch.autograd.grad(ends, inputs, weights, retain_graph=True, create_graph=create, allow_unused=True)
        again = [at for at, one in enumerate(found) if one is not None and one.requires_grad]
        told = [None if one is None else encode(one.detach()) for one in found]
        written = [encode(weight.detach()) for weight in weights]
        graph = self.keep([found[at] for at in again], [*inputs, *weights]) if again else None
        return {"gradients": told, "graph": graph, "again": again,
                "written": [new if new != old else None for old, new in zip(gradients, written)]}  # fmt: skip


class Link(NamedTuple):
    """On the grader's side: a graph over there, as `ask` reaches it, and its ends."""

    ask: Any
    number: int
    ends: Tensors


class Elsewhere(torch.autograd.Function):
    """Leads from the inputs of a call to its results; the way back is asked for over there."""

    @staticmethod
    def forward(ctx: Any, link: Link, *inputs: torch.Tensor) -> Any:
        ctx.link, ctx.inputs = link, inputs[1:]
        return tuple(end.clone() for end in link.ends)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        ask, number, _ = ctx.link
        create = torch.is_grad_enabled()
        said = ask({"back": number, "gradients": [encode(one.detach()) for one in gradients], "create": create})
        found = [None if one is None else decode(one) for one in said["gradients"]]
        for mine, written in zip(gradients, said["written"]):
            if written is not None:
                mine.detach().copy_(decode(written))  # a backward that overwrites what came to it
        if said["graph"] is not None:
            link = Link(ask, said["graph"], [found[at] for at in said["again"]])
            for at, one in zip(said["again"], go_back_through(link, [*ctx.inputs, *gradients])):
                found[at] = one
        return None, None, *found


def go_back_through(link: Link, inputs: Tensors) -> Tensors:
    """The ends of a graph over there, here; recorded also where none of the inputs is one that gradients go to."""
    mark = torch.empty(0, requires_grad=True)
    ends: Tensors = Elsewhere.apply(link, mark, *inputs)
    return ends


def reader(ask: Any, numbers: Numbers) -> Mapping[str, Any]:
    """How the grader reads what `Graphs.result` told."""
    inputs = leaves(numbers)

    def graph(told: Any) -> torch.Tensor:
        number, value, own = told
        with torch.enable_grad():
            end = go_back_through(Link(ask, number, [decode(value)]), inputs)[0]
            result = end if own else end * 1  # the last operation of a graph without a Function is torch's
        setattr(result, CAME_BACK, ("graph", number))
        return result

    return {"thing": numbers.thing, "graph": graph}


def leaves(numbers: Numbers) -> list[torch.Tensor]:
    """Everything that a call got and that asks for a gradient; both sides find the same."""
    return [thing for thing in numbers.things if isinstance(thing, torch.Tensor) and thing.requires_grad]
