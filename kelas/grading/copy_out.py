"""What a call changed: told by the learner's side as plain data, and done to the grader's own things.

So the judge sees a changed tensor, mode or optimizer where it looks for it, as if the call had happened beside it.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch import nn

from autograd_viz.tracing.torch_internals import VERSION, has, version_counter
from jejak.watch.snapshot import module_hooks
from kelas.grading.copy_in import Parcel, Scaler
from kelas.grading.wire import PLAIN, NotPlain, decode, encode

MOST_HOOKS = 8
COUNTS = (list, Counter)  # by which a function of the judge tells it what it saw
Things = Sequence[object]


class Numbers:
    """The things of a call by their number, which both sides count alike."""

    def __init__(self, things: Things) -> None:
        self.things = things
        self.of = {id(thing): number for number, thing in enumerate(things)}

    def known(self, value: object) -> Any:
        number = self.of.get(id(value))
        return None if number is None else {"thing": number}

    def thing(self, number: Any) -> object:
        if type(number) is not int or not 0 <= number < len(self.things):
            raise ValueError(f"no thing {number}")
        return self.things[number]


class Kind(NamedTuple):
    """How a thing is looked at, and how what was told of it is done to the grader's own."""

    read: Callable[[Any, Numbers], Any]
    write: Callable[[Any, Any, Numbers], None]


def _read_tensor(tensor: torch.Tensor, numbers: Numbers) -> dict[str, Any]:
    grad = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    version = version_counter(tensor) if has(VERSION) and not tensor.is_inference() else 0
    return {
        "value": encode(tensor.detach()), "needs": tensor.requires_grad, "leaf": tensor.is_leaf,
        "grad": encode(grad, numbers.known), "retains": tensor.retains_grad, "version": version,
        "memory": tensor.data_ptr(),
    }  # fmt: skip


def _write_tensor(mine: torch.Tensor, told: Any, numbers: Numbers) -> None:
    value = decode(told["value"])
    with torch.no_grad():
        if told["moved"] or value.shape != mine.shape or value.dtype != mine.dtype:
            mine.data = value
        elif told["written"]:
            mine.detach().copy_(value)
        elif told["changed"]:
            mine.data.copy_(value)  # as it was done over there: behind the back of autograd
    if mine.is_leaf and not told["leaf"]:
        mine.requires_grad_(False).add_(torch.zeros((), dtype=mine.dtype, requires_grad=True))
    if mine.is_leaf and told["needs"] is not mine.requires_grad and mine.is_floating_point():
        mine.requires_grad_(bool(told["needs"]))
    _write_grad(mine, told, numbers)


def _write_grad(mine: torch.Tensor, told: Any, numbers: Numbers) -> None:
    if told["retains"] and not mine.retains_grad and not mine.is_leaf:
        mine.retain_grad()
    if mine.is_leaf or mine.retains_grad:
        grad = decode(told["grad"], {"thing": numbers.thing})
        if grad is not mine.grad:
            mine.grad = grad


def _read_module(module: nn.Module, numbers: Numbers) -> dict[str, Any]:
    own = {name: encode(value) for name, value in vars(module).items() if type(value) in PLAIN and name[:1] != "_"}
    return {"own": own, "hooks": module_hooks(module), "names": sorted(vars(module))}


def _write_module(mine: nn.Module, told: Any, numbers: Numbers) -> None:
    for name, value in told["own"].items():
        if type(vars(mine).get(name)) in PLAIN:
            setattr(mine, str(name), decode(value))
    for name in set(map(str, told["names"])) - vars(mine).keys():
        vars(mine)[name] = None
    for _ in range(module_hooks(mine), min(int(told["hooks"]), MOST_HOOKS)):
        mine.register_forward_hook(lambda *given: None)


def _read_state(thing: Any, numbers: Numbers) -> Any:
    return encode(thing.state_dict())


def _write_state(mine: Any, told: Any, numbers: Numbers) -> None:
    mine.load_state_dict(decode(told))


def _read_list(parts: list[Any], numbers: Numbers) -> Any:
    try:
        return [encode(part, numbers.known) for part in parts]
    except NotPlain:  # of functions, say: no check looks whether a call changed it
        return None


def _write_list(mine: list[Any], told: Any, numbers: Numbers) -> None:
    mine[:] = [decode(part, {"thing": numbers.thing}) for part in told]


def _read_counter(counts: Counter[Any], numbers: Numbers) -> Any:
    return [[encode(key, numbers.known), int(count)] for key, count in counts.items()]


def _write_counter(mine: Counter[Any], told: Any, numbers: Numbers) -> None:
    for key, count in told:
        mine[decode(key, {"thing": numbers.thing})] = int(count)


def _read_object(thing: object, numbers: Numbers) -> dict[str, Any]:
    found = {}
    for name, value in vars(thing).items():
        with contextlib.suppress(NotPlain):
            found[name] = encode(value, numbers.known)
    return found


def _write_object(mine: object, told: Any, numbers: Numbers) -> None:
    for name, value in told.items():
        if name in vars(mine):
            setattr(mine, name, decode(value, {"thing": numbers.thing}))


KINDS: Mapping[type, Kind] = {
    torch.Tensor: Kind(_read_tensor, _write_tensor),
    nn.Module: Kind(_read_module, _write_module),
    torch.optim.Optimizer: Kind(_read_state, _write_state),
    Scaler: Kind(_read_state, _write_state),
    list: Kind(_read_list, _write_list),
    Counter: Kind(_read_counter, _write_counter),
    FunctionType: Kind(lambda function, numbers: None, lambda mine, told, numbers: None),
    object: Kind(_read_object, _write_object),
}


def kind_of(thing: object) -> Kind:
    return next(kind for base, kind in KINDS.items() if isinstance(thing, base))


def read_all(things: Things) -> list[Any]:
    """What can be seen of every thing."""
    numbers = Numbers(things)
    return [kind_of(thing).read(thing, numbers) for thing in things]


def changes(before: Sequence[Any], things: Things) -> list[list[Any]]:
    """Number and look of every thing that looks different now."""
    looks = enumerate(zip(before, read_all(things)))
    return [[at, _compared(old, new)] for at, (old, new) in looks if new is not None and new != old]


def _compared(old: Any, new: Any) -> Any:
    """Of a tensor, addresses and counts say nothing over there; whether they changed does."""
    if not isinstance(new, dict) or "memory" not in new:
        return new
    how = {"changed": new["value"] != old["value"], "written": new["version"] != old["version"],
           "moved": new["memory"] != old["memory"]}  # fmt: skip
    return {**{name: new[name] for name in ("value", "needs", "leaf", "grad", "retains")}, **how}


def write_back(parcel: Parcel, told: Any) -> None:
    """Do to the grader's own things what `changes` told of the copies.

    Of what a function of the judge closes over, only counts and gradients: the judge computes with the rest.
    """
    numbers = Numbers(parcel.things)
    for at, look in told:
        mine = numbers.thing(at)
        if at in parcel.inputs or isinstance(mine, COUNTS):
            kind_of(mine).write(mine, look, numbers)
        elif isinstance(mine, torch.Tensor):
            _write_grad(mine, look, numbers)
