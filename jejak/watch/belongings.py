"""Variabel notebook yang dipakai sebuah jawaban: dikembalikan bila pemeriksaan berjalan di kernel itu sendiri."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from jejak.watch.reading import functions_of, globals_read, is_a, reached

MISSING = object()


@contextmanager
def kept(answer: Mapping[str, object]) -> Iterator[None]:
    """Sesudahnya tensor, model, daftar, dan angka notebook yang dipakai `answer` seperti semula.

    >>> count = [1]
    >>> def answer(): count.append(2)
    >>> with kept({"answer": answer}): answer()
    >>> count
    [1]
    """
    back = [undo for name, thing in answer.items() for undo in _undo_all(name, thing)]
    try:
        yield
    finally:
        for undo in back:
            undo()


def _undo_all(name: str, thing: object) -> Iterator[Callable[[], None]]:
    for function in functions_of(name, thing).values():
        for inner in reached(function):
            for written in inner.__code__.co_names:
                if written in inner.__globals__:
                    yield _rebind(inner.__globals__, written)
        for value in globals_read(function).values():
            yield from _undo(value)


def _rebind(names: dict[str, Any], name: str) -> Callable[[], None]:
    value = names[name]

    def undo() -> None:
        if names.get(name, MISSING) is not value:
            names[name] = value

    return undo


def _undo(value: Any) -> Iterator[Callable[[], None]]:
    if is_a(value, torch.Tensor):
        yield _undo_tensor(value)
    elif is_a(value, nn.Module):
        for inner in (*value.parameters(), *value.buffers()):
            yield _undo_tensor(inner)
        for module in value.modules():
            yield _undo_mode(module, module.training)
    elif is_a(value, (list, dict, set)):
        yield _undo_contents(value)


def _undo_tensor(tensor: torch.Tensor) -> Callable[[], None]:
    data, asked = tensor.detach().clone(), tensor.requires_grad
    grad = tensor.grad if tensor.is_leaf else None
    kept_grad = None if grad is None else grad.detach().clone()

    def undo() -> None:
        with torch.no_grad():
            if tensor.shape != data.shape or not torch.equal(tensor, data):
                tensor.data = data
            if tensor.is_leaf:
                tensor.requires_grad_(asked)
                if grad is not None and kept_grad is not None and not torch.equal(grad, kept_grad):
                    grad.copy_(kept_grad)
                tensor.grad = grad

    return undo


def _undo_mode(module: nn.Module, training: bool) -> Callable[[], None]:
    def undo() -> None:
        module.training = training

    return undo


def _undo_contents(value: Any) -> Callable[[], None]:
    contents = copy.copy(value)

    def undo() -> None:
        if is_a(value, list):
            value[:] = contents
        else:
            value.clear()
            value.update(contents)

    return undo
