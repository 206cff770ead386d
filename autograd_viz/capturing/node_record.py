"""Satu simpul yang terlihat saat merekam, dan satu operasi yang simpulnya belum diketahui."""

from __future__ import annotations

from types import FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.checkpoint_record import CheckpointRecord
from autograd_viz.capturing.lineage import Origins
from autograd_viz.capturing.raw_events import ConstantInput, Input, ScalarInput, TrackedInput
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
Caller = tuple[CodePosition, FrameType]


class NodeRecord:
    """Satu simpul yang terlihat: hanya data biasa. `slots` memuat (nomor catatan, keluaran) atau None."""

    __slots__ = (
        "attributes",
        "computed",
        "constants",
        "device",
        "dtype",
        "module",
        "name",
        "op",
        "position",
        "saved",
        "shapes",
        "slots",
        "tangents",
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
        self.values: dict[int, Snapshot] = {}  # what the outputs hold now
        self.tangents: dict[int, Snapshot | None] = {}  # of forward mode
        self.computed: dict[int, Snapshot] | None = None  # what they held at first, where that has changed
        self.constants: dict[int, ConstantInput | ScalarInput] = {}
        self.name: str | None = None
        self.module: Module | None = None
        self.position: CodePosition | None = None

    def keep_constants(self, inputs: tuple[Input, ...]) -> None:
        """Mencatat masukan tanpa graf pada slot-slot yang kosong, sejauh letaknya dapat dipastikan."""
        free = [slot for slot, source in enumerate(self.slots) if source is None]
        if not free:
            return
        if len(inputs) == len(self.slots):
            self.constants.update((slot, one) for slot in free if not isinstance(one := inputs[slot], TrackedInput))
        else:
            given = [one for one in inputs if not isinstance(one, TrackedInput)]
            self.constants.update(zip(free, given, strict=False))


class Changed(NamedTuple):
    """Tensor yang sedang diubah di tempat, isinya sebelum itu, dan daun yang memiliki tensor atau .grad itu.

    `through` dan `overlaps` seperti pada `InPlace`.
    """

    tensor: torch.Tensor
    before: Snapshot | None
    leaf: int | None = None
    is_grad: bool = False
    through: int | None = None
    overlaps: bool = False


class PendingOperation:
    """Operasi terakhir: hasilnya, yang simpulnya baru diketahui pada kejadian berikutnya, dan yang diubahnya."""

    __slots__ = (
        "callers",
        "changed",
        "frame",
        "func",
        "inputs",
        "inside_function",
        "lost",
        "module",
        "operation",
        "outputs",
        "position",
        "segments",
    )

    def __init__(
        self,
        inputs: tuple[Input, ...],
        position: CodePosition | None,
        module: Module | None,
        changed: tuple[Changed, ...] = (),
        operation: str = "",
        inside_function: bool = False,
        frame: FrameType | None = None,
    ) -> None:
        self.outputs: Any = None
        self.frame = frame  # of the user; held until the next operation, to see which variable takes the result
        self.inputs = inputs
        self.position = position
        self.module = module
        self.changed = changed
        self.operation = operation
        self.inside_function = inside_function  # only the last one of these may be what the Function returns
        self.callers: tuple[Caller, ...] = ()  # of the Function: whose variable takes what it returns
        self.segments: tuple[CheckpointRecord, ...] = ()  # of checkpoints, that it belongs to
        self.func: Any = None  # the operation itself
        self.lost: Origins = ()  # where the graphs were lost of what went in without one
