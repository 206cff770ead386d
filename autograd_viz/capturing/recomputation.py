"""Satu hitungan ulang: operasi yang dijalankan lagi di dalam sebuah checkpoint, menurut urutannya."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.snapshot import Snapshot, address_of, take_snapshot
from autograd_viz.tracing.kept import tensors_in
from autograd_viz.tracing.saved import PYTHON_NODE, layout_of
from autograd_viz.tracing.torch_internals import ObservingMode, base_of, schema_of
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.values import has_own_dispatch

_DETACH = torch.ops.aten.detach.default  # while a node is still being filled


class Again(NamedTuple):
    """Satu operasi yang menjadi simpul; `computed` False bila hasilnya diberikan tanpa dihitung lagi."""

    op: str
    computed: bool
    output: int = 0
    value: Snapshot | None = None


class Recomputation(ObservingMode):
    """Melihat operasi-operasi sebuah hitungan ulang; simpul yang bernomor `known` ada di luarnya.

    Dengan `selective` sebuah mode di atas mode ini dapat menjawab sebuah operasi dari yang ditahannya: simpulnya ada,
    tetapi tidak dihitung ulang.
    """

    def __init__(self, known: object, selective: bool) -> None:
        super().__init__()
        self.known, self.selective = known, selective
        self.found: list[Again] = []
        self.born: set[int] = set()  # where results lie that are no view of something given
        self.mark = object()
        self.pending: list[torch.Tensor] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is _DETACH or (types and any(map(has_own_dispatch, types))):
            return func(*args, **(kwargs or {}))
        self.settle()
        given = list(_plain([*args, *(kwargs or {}).values()]))
        for tensor in given:
            self._passed(tensor.grad_fn)
        outputs = func(*args, **(kwargs or {}))
        made = list(_plain([outputs]))
        self.born |= set(map(_base, made)) - set(map(_base, given)) - {0}
        self.pending = [one if (base := base_of(one)) is None else base for one in made] if _changes(func) else made
        return outputs

    def born_among(self, tensors: list[torch.Tensor]) -> list[torch.Tensor]:
        """Tensor yang memorinya lahir dalam hitungan ulang ini."""
        return [tensor for tensor in _plain(tensors) if _base(tensor) in self.born]

    def settle(self) -> None:
        """Mencatat operasi terakhir, yang simpulnya kini sudah ada."""
        made, self.pending = self.pending, []
        for tensor in made:
            node: Any = tensor.grad_fn
            if node is not None and self._new(node):
                for parent, _ in node.next_functions:
                    self._passed(parent)
                node.metadata[self.mark] = True
                output = tensor.output_nr
                self.found.append(Again(layout_of(node).op, True, output, take_snapshot(tensor)))

    def _passed(self, node: Any) -> None:
        """Nodes that no operation seen here has given, those upstream first."""
        stack = [node] if node is not None else []
        while stack:
            top = stack[-1]
            new = self._new(top)
            waiting = [one for one, _ in top.next_functions if one is not None and self._new(one)] if new else []
            if waiting:
                stack += waiting
                continue
            stack.pop()
            if new:
                top.metadata[self.mark] = True
                self.found.append(Again(layout_of(top).op, not self.selective or isinstance(top, PYTHON_NODE)))

    def _new(self, node: Any) -> bool:
        return type(node) is not LEAF and self.mark not in node.metadata and self.known not in node.metadata


def _changes(func: Any) -> bool:
    """Whether the operation changes what it is given; then what it was a view of has the new node."""
    try:
        return bool(schema_of(func).is_mutable)
    except AttributeError:  # a higher-order operator has no schema
        return False


def _plain(things: Iterable[Any]) -> Iterator[torch.Tensor]:
    return (tensor for tensor in tensors_in(tuple(things)) if type(tensor) in (torch.Tensor, torch.nn.Parameter))


def _base(tensor: torch.Tensor) -> int:
    """Where the memory of a tensor begins."""
    return tensor.untyped_storage().data_ptr() if address_of(tensor) else 0
