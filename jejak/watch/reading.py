"""Apa yang dibaca sebuah fungsi: parameternya, atau variabel notebook di luar parameternya."""

import builtins
import contextlib
import dis
import functools
import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

OWN = {"self", "cls", "ctx"}  # given by Python or torch; a function may well leave them alone
STEP = re.compile(r"LOAD|STORE|DELETE")
READS_ALL = {"locals", "vars", "eval", "exec"}  # these may read any parameter
METHODS = ("__call__", "forward", "backward", "vjp")


class Slip(NamedTuple):
    """A parameter that a function never reads, or data of the notebook that it reads; and the mend."""

    told: str
    mend: str


def functions_of(name: str, thing: object) -> dict[str, FunctionType]:
    """Fungsi-fungsi pelajar di balik sebuah bagian jawaban, menurut nama yang dikenal pelajar."""
    while is_a(thing, functools.partial):
        thing = thing.func  # type: ignore[attr-defined]
    if is_a(thing, MethodType):
        thing = thing.__func__  # type: ignore[attr-defined]
    with contextlib.suppress(Exception):  # a chain that never ends, an attribute that raises
        thing = inspect.unwrap(thing)  # type: ignore[arg-type]
    if is_a(thing, FunctionType):
        return {name: thing}  # type: ignore[dict-item]
    kind = thing if is_a(thing, type) else type(thing)
    found: dict[str, Any] = {method: vars(kind)[method] for method in METHODS if method in vars(kind)}
    found = {method: getattr(inner, "__func__", inner) for method, inner in found.items()}
    return {f"{name}.{method}": inner for method, inner in found.items() if is_a(inner, FunctionType)}


def is_a(thing: object, kinds: type | tuple[type, ...]) -> bool:
    """Seperti `isinstance`, tanpa bertanya kepada bendanya, yang mungkin menjawab bohong atau galat."""
    return issubclass(type(thing), kinds)


def find_slip(
    functions: Mapping[str, FunctionType], called: str, args: Mapping[str, object], optional: Collection[str] = ()
) -> Slip | None:
    """Kekeliruan yang paling sering: yang dipakai variabel notebook, bukan parameternya.

    `called` adalah fungsi yang terakhir dipanggil dan `args` masukannya, menurut nama parameternya; `optional` nama
    parameter yang tidak harus dibaca.
    """
    for name, function in functions.items():
        outside = {key: value for key, value in globals_read(function).items() if key not in functions}
        for parameter, fate in _fates(function).items():
            if fate == "read" or (fate == "unread" and parameter in optional):
                continue
            sort = _sort(args.get(parameter)) if name == called else ""
            instead = [key for key, value in outside.items() if sort and _sort(value) == sort]
            return _unread(name, parameter, fate, instead)
    for name, function in functions.items():
        data = [key for key, value in globals_read(function).items() if _is_data(value)]
        if data:
            return Slip(
                f"Selain parameternya, `{name}` membaca {_list(data)} dari notebook; isinya tidak ikut berganti bila "
                f"masukannya lain.",
                "Hitung dari parameternya saja.",
            )
    return None


def _unread(name: str, parameter: str, fate: str, instead: list[str]) -> Slip:
    if fate == "overwritten":
        return Slip(
            f"`{name}` menimpa parameternya, `{parameter}`, sebelum pernah membacanya.",
            f"Hapus baris yang menimpanya: isi `{parameter}` datang dari pemanggil.",
        )
    if not instead:
        return Slip(
            f"`{name}` tidak pernah membaca parameternya, `{parameter}`; isinya tidak ikut menentukan apa pun.",
            f"Pakai `{parameter}` di tempat yang semestinya.",
        )
    return Slip(
        f"`{name}` tidak pernah membaca parameternya, `{parameter}`. Yang dibacanya {_list(instead)}, milik notebook, "
        f"yang tetap sama siapa pun "
        "pemanggilnya.",
        f"Pakai `{parameter}` di tempat {_list(instead)}.",
    )


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:3]) + (" dan lainnya" if len(names) > 3 else "")


def _fates(function: FunctionType) -> dict[str, str]:
    """Of each parameter: read, never read ("unread"), or overwritten before it is read."""
    code = function.__code__
    if READS_ALL & set(_global_names(code)):
        return {}
    count = code.co_argcount + code.co_kwonlyargcount
    names = [name for name in code.co_varnames[:count] if name not in OWN and not name.startswith("_")]
    inner = {name for nested in _nested(code) for name in nested.co_freevars}
    fates = {name: "read" if name in inner else "unread" for name in names}
    for step, name in _accesses(code):
        if fates.get(name) == "unread" and step != "DELETE":
            fates[name] = "read" if step == "LOAD" else "overwritten"
    return fates


def _accesses(code: CodeType) -> Iterator[tuple[str, str]]:
    """Each access to a local name, in the order of the code; newer Pythons do two at once."""
    for instruction in dis.get_instructions(code):
        if "FAST" in instruction.opname or "DEREF" in instruction.opname or "CLOSURE" in instruction.opname:
            names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
            yield from zip(STEP.findall(instruction.opname), names, strict=False)


def _global_names(code: CodeType) -> Iterator[str]:
    """What is looked up by its bare name; `eval` in `model.eval()` is none of these."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def globals_read(function: FunctionType) -> dict[str, Any]:
    """Nama dari luar yang dibaca fungsi itu dan fungsi-fungsi notebook yang dipanggilnya, beserta isinya."""
    found: dict[str, Any] = {}
    for inner in reached(function):
        for name, value in _outside(inner).items():
            found.setdefault(name, value)
    return found


def reached(function: FunctionType) -> list[FunctionType]:
    """Fungsi itu, dan fungsi-fungsi notebook yang dipanggilnya, langsung atau lewat yang lain."""
    found = [function]
    for current in found:  # it grows on the way
        inner = [value for value in _outside(current).values() if is_a(value, FunctionType) and value not in found]
        found += [value for value in inner if value.__globals__ is function.__globals__]
    return found


def _outside(function: FunctionType) -> dict[str, Any]:
    found = {}
    for code in (function.__code__, *_nested(function.__code__)):
        for name in _global_names(code):
            if not hasattr(builtins, name) and name in function.__globals__:
                found[name] = function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        with contextlib.suppress(ValueError):  # a cell that has nothing in it yet
            found[name] = cell.cell_contents
    return found


def _sort(value: object) -> str:
    """What could stand for what: a tensor for a tensor, a model for a model."""
    for sort, kinds in SORTS.items():
        if is_a(value, kinds):
            return sort
    return ""


SORTS: Mapping[str, tuple[type, ...]] = {
    "tensor": (torch.Tensor, np.ndarray),
    "model": (nn.Module,),
    "function": (FunctionType, functools.partial),
    "number": (int, float),
    "several": (list, tuple),
}


def _is_data(value: object) -> bool:
    if is_a(value, (list, tuple)):
        return any(_is_data(part) for part in value)  # type: ignore[attr-defined]
    if is_a(value, torch.Tensor):
        return bool(value.numel() > 1)  # type: ignore[attr-defined]
    return is_a(value, (nn.Module, np.ndarray))
