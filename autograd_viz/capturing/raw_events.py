"""Satu simpul yang terlihat saat merekam, dan satu operasi yang simpulnya belum diketahui: data mentah."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.snapshot import Snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.graph import Saved

# Their output holds the same numbers as their input, and so do their gradients: one summary serves both.
REORDERING = frozenset(
    f"{name}Backward{digit}"
    for name in "T View Transpose Permute Unsqueeze Squeeze UnsafeView ReshapeAlias Alias Clone Flip".split()
    for digit in range(3)
)
Module = tuple[int, str]  # (which root module, path below it)


class NodeRecord:
    """Satu simpul yang terlihat: hanya data biasa. `slots` memuat (nomor simpul, keluaran) atau None."""

    __slots__ = (
        "attributes",
        "consts",
        "device",
        "dtype",
        "module",
        "name",
        "op",
        "saved",
        "shapes",
        "slots",
        "position",
        "values",
    )

    def __init__(self, op: str, slots: tuple[tuple[int, int] | None, ...]) -> None:
        self.op = op
        self.slots = slots
        self.shapes: tuple[tuple[int, ...] | None, ...] = ()
        self.dtype: torch.dtype | None = None
        self.device: torch.device | None = None
        self.saved: tuple[Saved, ...] = ()
        self.attributes: tuple[tuple[str, str], ...] = ()
        self.values: dict[int, Snapshot] = {}
        self.consts: dict[int, Snapshot] = {}
        self.name: str | None = None
        self.module: Module | None = None
        self.position: CodePosition | None = None


class Pending:
    """Operasi terakhir: hasilnya, yang simpulnya baru diketahui pada kejadian berikutnya, dan yang diubahnya."""

    __slots__ = ("changed", "inputs", "label", "module", "outputs", "position")

    def __init__(
        self,
        inputs: list[Any],
        position: CodePosition | None,
        module: Module | None,
        changed: tuple[Changed, ...] = (),
        label: str = "",
    ) -> None:
        self.outputs: Any = None
        self.inputs = inputs
        self.position = position
        self.module = module
        self.changed = changed
        self.label = label


class Changed(NamedTuple):
    """Tensor yang sedang diubah di tempat, isinya sebelum itu, dan daun yang memiliki tensor atau .grad itu."""

    tensor: torch.Tensor
    before: Snapshot | None
    leaf: int | None = None
    is_grad: bool = False


def keep_constants(seen: NodeRecord, inputs: list[Any]) -> None:
    """Mencatat masukan tanpa graf pada slot-slot yang kosong, sejauh letaknya dapat dipastikan."""
    free = [k for k, slot in enumerate(seen.slots) if slot is None]
    if not free:
        return
    whole = len(inputs) == len(seen.slots)
    given = [one for one in inputs if type(one[0]) is not int]
    for place, slot in enumerate(free):
        if whole and type(inputs[slot][0]) is not int:
            seen.consts[slot] = inputs[slot]
        elif not whole and place < len(given):
            seen.consts[slot] = given[place]
