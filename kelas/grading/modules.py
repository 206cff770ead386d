"""A module that a learner's code made: it stays there, and the judge holds one with the same parameters.

The judge may read, fill and move these parameters; every call takes them along, and the gradients come back to them.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from kelas.grading.copy_in import Theirs
from kelas.grading.wire import decode, encode

Call = Callable[..., Any]
Tensors = Mapping[str, torch.Tensor]


def _named(module: nn.Module) -> dict[str, torch.Tensor]:
    parameters = dict(module.named_parameters(remove_duplicate=False))
    return {**parameters, **dict(module.named_buffers(remove_duplicate=False))}


def _modes(module: nn.Module) -> dict[str, bool]:
    return {name: inner.training for name, inner in module.named_modules()}


class Modules:
    """On the learner's side: the modules that calls gave back, by number."""

    def __init__(self) -> None:
        self.kept: list[nn.Module] = []

    def known(self, value: object) -> Any:
        if not isinstance(value, nn.Module):
            return None
        self.kept.append(value)
        tensors = {name: encode(tensor.detach().requires_grad_(tensor.requires_grad) if isinstance(tensor, nn.Parameter)
                                else tensor) for name, tensor in _named(value).items()}  # fmt: skip
        return {"module": [len(self.kept) - 1, _modes(value), tensors, list(dict(value.named_buffers()))]}

    def again(self, number: int, modes: Mapping[str, bool], tensors: Tensors) -> nn.Module:
        """The module, with the parameters and modes that the grader's one has now."""
        module = self.kept[number]
        for name, inner in module.named_modules():
            inner.training = modes.get(name, inner.training)
        for name, tensor in tensors.items():
            owner, _, last = name.rpartition(".")
            inner = module.get_submodule(owner)
            table: Any = inner._parameters if last in inner._parameters else inner._buffers
            table[last] = tensor
        return module


class LearnersModule(nn.Module, Theirs):
    """On the grader's side: what stands for such a module. `call` calls things over there."""

    def __init__(self, call: Call, told: Any) -> None:
        super().__init__()
        number, modes, tensors, buffers = told
        self._call, self._number = call, int(number)
        for name in modes:
            if name:
                self._below(name)
        for name, data in tensors.items():
            owner, _, last = name.rpartition(".")
            value = decode(data)
            if name in buffers:
                self._below(owner).register_buffer(last, value)
            else:
                self._below(owner).register_parameter(last, nn.Parameter(value.detach(), value.requires_grad))
        for name, inner in self.named_modules():
            inner.training = bool(modes.get(name, True))

    def _below(self, path: str) -> nn.Module:
        """The module of that name, made where it is not there yet."""
        module: nn.Module = self
        for name in filter(None, path.split(".")):
            if name not in module._modules:
                module.add_module(name, nn.Module())
            module = module.get_submodule(name)
        return module

    @property
    def address(self) -> tuple[str, Any]:  # type: ignore[override]
        return "module", (self._number, _modes(self), _named(self))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self, args, kwargs)
