"""Tensor tanpa graf yang dihitung dari tensor dengan graf: di operasi mana grafnya hilang, dan ke mana isinya pergi."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.recording.circumstances import Lost
from autograd_viz.tracing.torch_internals import base_of

_MOST = 32  # origins that one tensor remembers
_READ = 16  # numbers that one frame remembers
_FRAMES = 64  # that remember some
_MANY = 20_000  # tensors known, beyond which those that are gone are forgotten
_INSIDE = {"<listcomp>", "<genexpr>", "<setcomp>", "<dictcomp>"}
_REPLACING = {"zero_", "fill_", "copy_", "normal_", "uniform_", "random_", "bernoulli_", "exponential_"}

Origins = tuple[int, ...]


class RawOrigin(NamedTuple):
    """Satu tempat graf hilang, sesudah `at` kejadian; `nodes` nomor catatan yang grafnya ada."""

    how: Lost
    nodes: tuple[int, ...]
    at: int
    position: CodePosition | None
    round: int | None = None
    made: CodePosition | None = None
    callers: tuple[CodePosition, ...] = ()  # of a result computed without grad, the nearest first


class Lineage:
    """Asal-usul tensor tanpa graf yang masih hidup; tidak satu pun ditahannya."""

    def __init__(self) -> None:
        self.origins: list[RawOrigin] = []
        self.entered: dict[int, Origins] = {}  # by the number of a node that took such a tensor in
        self._silent: dict[int, tuple[weakref.ref[torch.Tensor], dict[tuple[int, int], int]]] = {}  # by leaf, place
        self._numbers: dict[tuple[int, CodeType], list[RawOrigin]] = {}  # by the frame that has read them
        self._known: dict[int, tuple[weakref.ref[torch.Tensor], Origins]] = {}

    def note(self, origin: RawOrigin) -> int:
        """Mencatat tempat baru; hasilnya nomornya."""
        self.origins.append(origin)
        return len(self.origins) - 1

    def read(self, frame: FrameType | None, origin: RawOrigin) -> None:
        """Bingkai ini membaca isi sebuah tensor sebagai bilangan Python."""
        frame = _written_in(frame)
        if frame is not None:
            if len(self._numbers) > _FRAMES:
                self._numbers.clear()
            found = self._numbers.setdefault((id(frame), frame.f_code), [])
            found[:] = [*found[1 - _READ :], origin]

    def silent(self, leaf: torch.Tensor, number: int | None, origin: RawOrigin) -> int:
        """Sebuah daun, mungkin belum bernomor, dipakai di tempat yang tidak dicatat; sekali per tempat."""
        known = self._silent.get(id(leaf))
        if known is None or known[0]() is not leaf:
            known = self._silent[id(leaf)] = weakref.ref(leaf), {}
        key = (id(origin.position.code), origin.position.offset) if origin.position is not None else (0, 0)
        if key not in known[1]:
            known[1][key] = self.note(origin._replace(nodes=() if number is None else (number,)))
        return known[1][key]

    def numbered(self, leaf: torch.Tensor, number: int) -> None:
        """Daun ini kini bernomor."""
        known = self._silent.get(id(leaf))
        for one in known[1].values() if known is not None and known[0]() is leaf else ():
            self.origins[one] = self.origins[one]._replace(nodes=(number,))

    def from_numbers(self, frame: FrameType | None, position: CodePosition | None) -> Origins:
        """Asal-usul tensor yang dibuat bingkai ini dari bilangan: semua yang terakhir dibacanya."""
        frame = _written_in(frame)
        found = self._numbers.get((id(frame), frame.f_code), []) if frame is not None else []
        return tuple([self.note(one._replace(made=position)) for one in found])

    def nodes_of(self, tensor: torch.Tensor) -> tuple[int, ...]:
        """Simpul-simpul yang grafnya hilang sebelum tensor ini."""
        return tuple(node for origin in self.inherited([tensor]) for node in self.origins[origin].nodes)

    def inherited(self, args: Iterable[Any], grading: bool = True) -> Origins:
        """Asal-usul semua masukan sebuah operasi; di dalam no_grad hanya yang lahir di dalam no_grad juga."""
        if not self._known:
            return ()
        found: dict[int, None] = {}
        for arg in args:
            for one in arg if type(arg) is list or type(arg) is tuple else (arg,):
                known = self._known.get(id(one))
                alive = known[0]() if known is not None else None
                if known is not None and alive is not None and alive is one and self._lost(alive, known[1]):
                    found.update(dict.fromkeys(known[1]))
        if grading:
            return tuple(found)[:_MOST]
        return tuple([one for one in found if self.origins[one].how == "no_grad"])[:_MOST]

    def _lost(self, tensor: torch.Tensor, origins: Origins) -> bool:
        """A leaf whose content came from numbers asks for a gradient, but the graph of those numbers is lost."""
        if tensor.requires_grad and tensor.grad_fn is None and any(self.origins[one].made for one in origins):
            return True
        return not _has_graph(tensor)

    def mark(self, results: Any, origins: Origins) -> None:
        """Hasil-hasil ini berasal dari sana."""
        for one in results if isinstance(results, (list, tuple)) else (results,):
            if isinstance(one, torch.Tensor):
                self._known[id(one)] = weakref.ref(one), origins
        if len(self._known) > _MANY:
            self._known = {key: known for key, known in self._known.items() if known[0]() is not None}

    def written(self, operation: str, args: Any, target: Any, origins: Origins) -> Origins:
        """Asal-usul isi sebuah tensor yang ditulisi di tempat; yang ditulisi lewat view ikut dikenal."""
        if not self._known or not isinstance(target, torch.Tensor):
            return origins
        base = base_of(target)
        if base is None and operation in _REPLACING:
            self._known.pop(id(target), None)
            origins = self.inherited(args[1:])
        if origins and base is not None:
            self.mark(base, tuple(dict.fromkeys((*self.inherited([base]), *origins)))[:_MOST])
        return origins

    def used(self) -> list[int]:
        """Nomor tempat-tempat yang hasilnya masuk lagi ke graf."""
        return sorted({origin for found in self.entered.values() for origin in found})

    def close(self) -> None:
        """Melupakan tensor-tensornya."""
        self._known.clear()
        self._numbers.clear()
        self._silent.clear()


def _has_graph(tensor: torch.Tensor) -> bool:
    """A view that was made without grad asks for what never comes."""
    return tensor.requires_grad and (tensor.grad_fn is not None or base_of(tensor) is None)


def _written_in(frame: FrameType | None) -> FrameType | None:
    """The function in which a comprehension stands."""
    while frame is not None and frame.f_code.co_name in _INSIDE:
        frame = frame.f_back
    return frame


def is_shape_only(name: str) -> bool:
    """Apakah operasi bernama ini hanya membaca bentuk masukannya.

    >>> is_shape_only("aten::zeros_like"), is_shape_only("aten::gt")
    (True, False)
    """
    plain = name.removeprefix("aten::")
    return plain.endswith("like") or plain.startswith("new_")
