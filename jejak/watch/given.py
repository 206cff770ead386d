"""Mengenali program yang diberikan Latihan dan belum diubah pelajar."""

import inspect
from types import CodeType
from typing import Any


def is_given(thing: object, name: str, source: str) -> bool:
    """Apakah fungsi atau kelas `thing` sama dengan `name` di dalam teks `source`; komentar tidak dilihat.

    >>> def naik(x):
    ...     return x + 1
    >>> is_given(naik, "naik", "def naik(x):  # satu langkah\\n    return x + 1")
    True
    >>> is_given(naik, "naik", "def naik(x):\\n    return x + 2")
    False
    """
    given = _parts(compile(source, "<given>", "exec")).get(name)
    return given is not None and _own(thing) == _functions(given)


def _own(thing: object) -> dict[str, Any]:
    if isinstance(thing, type):
        return {key: _digest(code) for key, value in vars(thing).items() if (code := _code(value)) is not None}
    code = _code(thing)
    return {} if code is None else {"": _digest(code)}


def _functions(given: CodeType) -> dict[str, Any]:
    """Of a class its methods, of a function itself."""
    is_class = "__qualname__" in given.co_names
    return {key: _digest(code) for key, code in _parts(given).items()} if is_class else {"": _digest(given)}


def _parts(code: CodeType) -> dict[str, CodeType]:
    return {part.co_name: part for part in code.co_consts if isinstance(part, CodeType)}


def _code(thing: object) -> CodeType | None:
    function = getattr(thing, "__func__", thing)
    return function.__code__ if inspect.isfunction(function) else None


def _digest(code: CodeType) -> tuple[Any, ...]:
    """What the code does, without where it stands."""
    consts = tuple(_digest(part) if isinstance(part, CodeType) else (type(part), part) for part in code.co_consts)
    return code.co_code, consts, code.co_names, code.co_varnames, code.co_freevars
