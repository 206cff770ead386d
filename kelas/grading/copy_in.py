"""What a call takes to a learner's code: copies of everything, and the list of what that code could change.

Models, optimizers and functions of the judge go there by pickle, which only the learner's side reads: nothing that
comes back is ever unpickled.
"""

import io
import pickle
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import cloudpickle
import torch
from torch import nn

from kelas.grading.wire import lay, stretch

CAME_BACK = "_jejak_address"  # of a tensor whose graph is over there: it is sent back as itself, not as a copy
Scaler = torch.amp.GradScaler
KEY = "kunci"  # the module of the right answers that the grader holds; nothing of it travels
JUDGE = "jejak.tasks."
# Functions do not change; they are in the list so that both sides have a name for them.
CHANGEABLE = (torch.Tensor, nn.Module, torch.optim.Optimizer, Scaler, list, Counter, types.FunctionType)


class Theirs:
    """Stands for a thing that only the learner's side has; `address` is what that side calls it."""

    address: tuple[str, Any]


class Parcel(NamedTuple):
    """A pickle; every thing in it that could be changed, in its order; and the numbers of those that are inputs.

    The others are what a function of the judge closes over.
    """

    raw: bytes
    things: list[object]
    inputs: frozenset[int]


class _Packer(cloudpickle.Pickler):
    def __init__(self, file: io.BytesIO, walked: dict[int, list[Any]], inside: bool = True) -> None:
        """`walked` are the generators that were gone through; with `inside` also what functions close over is seen."""
        super().__init__(file)
        self.walked, self.inside = walked, inside
        self.things: dict[int, object] = {}
        self.constants = _constants()

    def persistent_id(self, thing: object) -> tuple[str, Any] | None:
        """Asked of every object in the pickle, also of those that a function closes over."""
        if isinstance(thing, Theirs):
            return thing.address
        if not self.inside and _is_judges_function(thing):
            return "name", ""
        if (isinstance(thing, CHANGEABLE) or _is_judges(thing)) and id(thing) not in self.constants:
            self.things.setdefault(id(thing), thing)
        return getattr(thing, CAME_BACK, None) if isinstance(thing, torch.Tensor) else None

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, (type, types.FunctionType)) and thing.__module__ == KEY:
            raise pickle.PicklingError(f"{thing.__name__} of the key")
        if type(thing) in (torch.Tensor, nn.Parameter) and thing.layout == torch.strided:
            about = _About(type(thing) is nn.Parameter, thing.requires_grad, thing.is_leaf, thing.retains_grad)
            grad = thing.grad if thing.is_leaf or thing.retains_grad else None
            return _tensor, (stretch(thing), thing.dtype, tuple(thing.shape), thing.stride(), about, grad)
        if isinstance(thing, types.GeneratorType):
            return _walk, (self.walked.setdefault(id(thing), list(thing)),)
        return super().reducer_override(thing)


def _is_judges_function(thing: object) -> bool:
    return isinstance(thing, types.FunctionType) and thing.__module__.startswith(JUDGE)


def _constants() -> set[int]:
    """The judge's own tables: nothing of them is an input, so no call can be said to have changed one."""
    judges = [module for name, module in list(sys.modules.items()) if name.startswith(JUDGE)]
    return {id(value) for module in judges for value in vars(module).values()
            if isinstance(value, CHANGEABLE) and not isinstance(value, types.FunctionType)}  # fmt: skip


def _is_judges(thing: object) -> bool:
    """Whether this is an object of a plain class that a Latihan defines, such as the cards of a graph of its own."""
    kind = type(thing)
    return kind.__module__.startswith(JUDGE) and not isinstance(thing, tuple)


class _About(NamedTuple):
    parameter: bool
    needs: bool
    leaf: bool
    retains: bool


def _tensor(raw: bytes, dtype: torch.dtype, size: Any, stride: Any, about: _About, grad: Any) -> torch.Tensor:
    """A leaf again, or again the result of an operation, of which the leaf is nobody's."""
    value = lay(raw, dtype, size, stride)
    if about.parameter:
        value = nn.Parameter(value, requires_grad=about.needs)
    elif about.needs:
        value.requires_grad_()
    if not about.leaf:
        with torch.enable_grad():
            value = value.clone()
    if about.retains and not about.leaf:
        value.retain_grad()
    if grad is not None:
        value.grad = grad
    return value


def _walk(parts: list[Any]) -> Iterator[Any]:
    yield from parts


def pack(*things: object) -> Parcel:
    """Raises RuntimeError for what can't be sent; no check of a Latihan that is graded has such a thing."""
    file, walked = io.BytesIO(), dict[int, list[Any]]()
    packer, outside = _Packer(file, walked), _Packer(io.BytesIO(), walked, inside=False)
    try:
        packer.dump(things)
        found = list(packer.things.values())
        packer.dump(found)  # the same pickle goes on, so these are the very things in it
        outside.dump(things)
    except (TypeError, pickle.PicklingError, AttributeError) as error:
        raise RuntimeError(f"an input that can't be sent: {error}") from error
    inputs = frozenset(at for at, thing in enumerate(found) if id(thing) in outside.things)
    return Parcel(file.getvalue(), found, inputs)


def unpack(raw: bytes, theirs: Callable[[tuple[str, Any]], object]) -> tuple[tuple[Any, ...], list[object]]:
    """On the learner's side: the things, and those among them that could be changed."""

    class Unpacker(pickle.Unpickler):
        def persistent_load(self, address: tuple[str, Any]) -> object:
            return theirs(address)

    unpacker = Unpacker(io.BytesIO(raw))
    things: tuple[Any, ...] = unpacker.load()
    return things, unpacker.load()
