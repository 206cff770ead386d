"""Masukan sebuah operasi: tensor dan bilangan di antara argumennya, dan argumen mana yang diubahnya."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.raw_events import ScalarInput
from autograd_viz.tracing.torch_internals import schema_of


class Signature(NamedTuple):
    """Argumen ke berapa yang diubah sebuah operasi (-1: tidak ada), dan yang mana boleh berupa bilangan biasa."""

    changed: int
    scalars: frozenset[int]


_signatures: dict[Any, Signature] = {}


def signature_of(func: Any) -> Signature:
    """Tanda tangan sebuah operasi; dibaca sekali."""
    known = _signatures.get(func)
    if known is None:
        known = _signatures[func] = _signature(func)
    return known


def arguments(args: Any, scalars: frozenset[int]) -> list[Any]:
    """Tensor-tensor di antara argumen, juga yang di dalam daftar, dan bilangan biasa yang menggantikan tensor."""
    given: list[Any] = []
    for index, arg in enumerate(args):
        if isinstance(arg, torch.Tensor):
            given.append(arg)
        elif type(arg) is list or type(arg) is tuple:
            given += [one for one in arg if isinstance(one, torch.Tensor)]
        elif index in scalars and arg is not None:
            given.append(ScalarInput(arg))
    return given


def _signature(func: Any) -> Signature:
    """Which argument the operation changes (-1: none), and which arguments may be a plain number."""
    changed = -1
    scalars = set()
    try:
        arguments = schema_of(func).arguments
    except AttributeError:  # a higher-order operator, such as cond, has no schema and changes nothing
        arguments = ()
    for index, argument in enumerate(arguments):
        if argument.kwarg_only:
            continue
        if argument.alias_info is not None and argument.alias_info.is_write and changed < 0:
            changed = index
        if str(argument.type) in ("Tensor", "number", "Optional[number]"):
            scalars.add(index)
    return Signature(changed, frozenset(scalars))
