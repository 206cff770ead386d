"""Kode kelas dan fungsi pengguna yang tidak ada di jejak galat: dibaca dari sumbernya, tidak dijalankan."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.expressions import Store, begins, read_paths, stores
from autograd_viz.doctor.source import Scope, Statement, scope_of
from autograd_viz.library_code import is_library
from autograd_viz.tracing.names import submodules


class StoringMethod(NamedTuple):
    """Metode yang menyimpan sebuah atribut, pernyataannya, dan apakah atribut itu juga dibaca di sana."""

    name: str
    statement: Statement
    store: Store
    reads_itself: bool


def code_of(thing: Any) -> FunctionType | None:
    """Fungsi pengguna yang dijalankan bila `thing` dipanggil; None bila itu kode pustaka.

    >>> code_of(torch.nn.ReLU()) is None
    True
    """
    if isinstance(thing, torch.nn.Module):
        thing = getattr(type(thing), "forward", None)
    elif isinstance(thing, MethodType):
        thing = thing.__func__
    elif isinstance(thing, type) and issubclass(thing, torch.autograd.Function):
        thing = None
    while isinstance(thing, FunctionType) and (inner := vars(thing).get("__wrapped__")) is not None:
        thing = inner
    if not isinstance(thing, FunctionType) or is_library(thing.__code__.co_filename, thing.__module__ or ""):
        return None
    return thing


def called_object(thing: Any) -> MethodType | None:
    """`__call__` terikat milik objek kelas pengguna; None bila `thing` bukan objek seperti itu.

    >>> called_object(print) is None
    True
    """
    if isinstance(thing, (torch.nn.Module, torch.Tensor, type, FunctionType, MethodType)) or thing is None:
        return None
    call = next((vars(kind)["__call__"] for kind in type(thing).__mro__ if "__call__" in vars(kind)), None)
    return MethodType(call, thing) if isinstance(call, FunctionType) and code_of(call) is not None else None


def scope_of_function(function: FunctionType) -> Scope:
    """Pernyataan-pernyataan sebuah fungsi pengguna."""
    return scope_of(function.__code__, function.__globals__)


def user_forwards(module: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Module, FunctionType]]:
    """Modul-modul di dalam `module` yang `forward`-nya ditulis pengguna, masing-masing kelas sekali."""
    seen: set[type] = set()
    for path, part in submodules(module):
        function = code_of(part)
        if function is not None and type(part) not in seen:
            seen.add(type(part))
            yield path.rstrip("."), part, function


def stored_by_methods(owner: Any, attribute: str) -> StoringMethod | None:
    """Metode milik kelas `owner` yang menulis `self.attribute`; yang bukan `__init__` didahulukan."""
    found: StoringMethod | None = None
    path = f"self.{attribute}"
    for name, member in [item for kind in type(owner).__mro__ for item in vars(kind).items()]:
        function = code_of(member)
        if function is None:
            continue
        scope = scope_of_function(function)
        reads = False
        for statement in scope.statements:
            value = getattr(statement.node, "value", None) or statement.node
            reads = reads or any(begins(read, path) for read in read_paths(value))
            wrote = next((store for store in stores(statement.node) if store.path == path), None)
            if wrote is not None and (_computed(wrote.value) or wrote.kind in _GROWING):
                one = StoringMethod(name, statement, wrote, reads or wrote.kind in _GROWING)
                if found is None or found.name == "__init__" or (one.reads_itself and not found.reads_itself):
                    found = one
    return found


_GROWING = ("augment", "append")  # what was there before stays part of it


def _computed(value: ast.expr | None) -> bool:
    """Whether this is more than a value to begin with."""
    return value is not None and not isinstance(value, ast.Constant)
