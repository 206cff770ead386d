"""Mode maju: tangen yang dibawa setiap tensor, dan operasi torch yang hanya menghitung tangen."""

from __future__ import annotations

import sys
from functools import cache
from types import CodeType, FrameType
from typing import Any, Literal

import torch
from torch.autograd.function import FunctionCtx

from autograd_viz.capturing.snapshot import Snapshot, address_of, take_snapshot
from autograd_viz.tracing.dual_internals import TangentReader, in_dual_level
from autograd_viz.tracing.torch_internals import hidden_from_dispatch, schema_of

_ALIAS = torch.ops.aten.alias.default  # a tensor without its tangent, or with one: no operation of the user


class DualTensors:
    """Tensor bertangen di satu utas.

    `pairing` True selagi `make_dual` bekerja; `transformed` True di dalam `torch.func.jvp`, yang tidak dapat
    ditunjukkan.
    """

    def __init__(self, observer: Any) -> None:
        self.observer = observer
        self.pairing = self.transformed = False
        self._reader = TangentReader()
        self._plain = False  # whether the last operation recorded has no tangent to wait for
        self._last: tuple[CodeType, int] | None = None  # where the last operation on a dual tensor was called

    def aside(self, func: Any, args: Any) -> bool:
        """Apakah operasi ini hanya menghitung tangen.

        Torch menjalankannya sesudah operasi pengguna, dari tempat yang sama, dengan masukan yang tidak bertangen: nilai
        yang dipakai rumus tangen dilepas dulu dari tangennya.
        """
        if not in_dual_level():
            return False
        if self.transformed or self.pairing or func is _ALIAS or _is_question(func):
            return True
        try:
            frame = sys._getframe(2)
            given = _tensors(args)
            if all(self.tangent(one) is None for one in given):
                place = self._called_from(frame)
                self._plain = place == "elsewhere" or (place == "last" and self._all_known(given))
                return not self._plain
            self._last, self._plain = (frame.f_code, frame.f_lasti), False
            if not any(one.requires_grad for one in given) or not torch.is_grad_enabled():
                self.observer.miss("dual")
        except Exception as error:  # our own trouble must never become the user's
            self.observer.miss("operation", error)
        return False

    def _called_from(self, frame: FrameType | None) -> Literal["elsewhere", "last", "jvp"]:
        """Some formulas are Python, of torch or the `jvp` of a Function: their own frames stand above the call."""
        while frame is not None:
            code = frame.f_code
            if (code, frame.f_lasti) == self._last:
                return "last"
            if code.co_name == "jvp" and code.co_argcount and isinstance(
                frame.f_locals.get(code.co_varnames[0]), FunctionCtx
            ):
                return "jvp"
            frame = frame.f_back
        return "elsewhere"

    def _all_known(self, given: list[torch.Tensor]) -> bool:
        """Whether it takes what is recorded already, and nothing else: a formula has a tangent or a bare value too."""
        observer = self.observer
        if self._plain and observer.pending is not None:
            observer.flush()
        return bool(given) and all(
            one.requires_grad and (one.grad_fn is None or observer.log.key in one.grad_fn.metadata)  # type: ignore[operator]
            for one in given
        )

    def tangent(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """Tangen sebuah tensor sekarang; None di luar mode maju dan bila ia tidak punya."""
        if not in_dual_level() or self.transformed:
            return None
        return self._reader.read(tensor)

    def is_tangent(self, tensor: torch.Tensor) -> bool:
        """Apakah tensor ini tangen, atau dihitung dari tangen saja: grafnya tidak ikut direkam."""
        node = tensor.grad_fn
        if node is None or not in_dual_level() or self.observer.log.key in node.metadata:  # type: ignore[operator]
            return False
        return self.transformed or self.tangent(tensor) is None

    def snapshot(self, tensor: torch.Tensor) -> Snapshot | None:
        """Isi tangen sebuah tensor sekarang."""
        found = self.tangent(tensor)
        if found is None:
            return None
        if not address_of(found):  # perhaps zeros that torch does not hold: a copy does
            with hidden_from_dispatch(), torch.no_grad():
                found = found.clone()
        return take_snapshot(found)


@cache
def _is_question(func: Any) -> bool:
    """Whether it answers yes or no: torch asks so of a result whose tangent is not set yet, and reading sets it."""
    try:
        return {str(one.type) for one in schema_of(func).returns} == {"bool"}
    except AttributeError:  # a higher-order operator
        return False


def _tensors(args: Any) -> list[torch.Tensor]:
    """The tensors among the arguments, also those in lists."""
    found: list[torch.Tensor] = []
    for arg in args:
        if isinstance(arg, torch.Tensor):
            found.append(arg)
        elif isinstance(arg, (list, tuple)):
            found += [one for one in arg if isinstance(one, torch.Tensor)]
    return found
