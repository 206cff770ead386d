"""Catatan mentah sebuah rekaman: simpul dan kejadian menurut urutannya, tanpa menahan graf atau tensor pengguna."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.checkpoint_record import CheckpointRecord
from autograd_viz.capturing.lineage import Lineage
from autograd_viz.capturing.loop_turns import LoopTurns, RawTurn
from autograd_viz.capturing.missing import MissingLog
from autograd_viz.capturing.node_record import NodeRecord
from autograd_viz.capturing.observations import Observations
from autograd_viz.capturing.raw_events import OperationDone, RawEvent
from autograd_viz.capturing.snapshot import Snapshot, take_snapshot, version_of
from autograd_viz.capturing.source_map import CodePosition, UserCode
from autograd_viz.capturing.stored_names import StoredNames
from autograd_viz.graph import Outside
from autograd_viz.recording.circumstances import Anomaly, ModuleParts

Reference = weakref.ref[torch.Tensor]


class KnownLeaf(NamedTuple):
    """Sebuah daun yang sudah tercatat; selama ada graf yang memakainya, tensornya tetap hidup."""

    number: int
    tensor: Reference


class KnownContent(NamedTuple):
    """Isi sebuah tensor tanpa graf, berlaku selama ia hidup dan versinya tetap; `name` variabel yang memegangnya."""

    tensor: Reference
    version: int
    value: Snapshot
    name: str | None = None


class RecordingKey:
    """Tanda sebuah rekaman di metadata simpul; selama rekamannya ada, ia tahu tempat simpul itu dibuat."""

    def __init__(self, log: EventLog) -> None:
        self._log = weakref.ref(log)  # a node outlives its recording, and must not keep it

    def place_of(self, number: int) -> CodePosition | None:
        """Tempat simpul bernomor ini dibuat; None bila rekamannya sudah tidak ada."""
        log = self._log()
        made = [one for one in log.events if isinstance(one, OperationDone) and one.node == number] if log else []
        return made[0].position if made else None


class EventLog:
    """Data semua utas yang ikut terekam. `key` menandai simpul autograd yang sudah punya nomor."""

    def __init__(self, home: FrameType) -> None:
        self.user_code = UserCode(home)
        self.missing = MissingLog()
        self.nodes: list[NodeRecord] = []
        self.events: list[RawEvent] = []
        self.turns: list[RawTurn] = []
        self.nameless: set[int] = set()  # leaves made in the block that no variable held yet
        self.key = RecordingKey(self)  # in the metadata of a node: lives as long as the node, in whatever thread
        self.lock = threading.RLock()  # two threads never number the same node, or two nodes alike
        self.backward_calls = 0
        self.stored_names = StoredNames()
        self.observations = Observations()
        self.lineage = Lineage()
        self.module_parts: tuple[ModuleParts, ...] = ()
        self.outside: tuple[Outside, ...] = ()
        self.anomaly: Anomaly = "off"
        self.kept_roots: tuple[int, ...] = ()
        self.checkpoints: list[CheckpointRecord] = []
        self.checkpoint_of: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._leaves: dict[int, KnownLeaf] = {}
        self._leaf_versions: dict[int, int] = {}
        self._contents: dict[int, KnownContent] = {}
        self.loops = LoopTurns(home, self.user_code.owns, self.turns)

    def close(self) -> None:
        """Melepas semua yang masih dipegang."""
        self._leaves.clear()
        self._contents.clear()
        self.lineage.close()
        self.checkpoint_of.clear()
        self.user_code.user.clear()
        self.loops.close()

    def leaf_number(self, tensor: torch.Tensor) -> int | None:
        """Nomor sebuah daun yang sudah tercatat."""
        known = self._leaves.get(id(tensor))
        return known.number if known is not None and known.tensor() is tensor else None

    def add_leaf(self, number: int, tensor: torch.Tensor) -> None:
        """Mencatat tensor ini sebagai daun."""
        self._leaves[id(tensor)] = KnownLeaf(number, weakref.ref(tensor))
        self.lineage.numbered(tensor, number)
        self._leaf_versions[number] = version_of(tensor)

    def leaves(self) -> Iterator[tuple[int, torch.Tensor]]:
        """Daun-daun yang masih hidup beserta nomornya."""
        for key, known in list(self._leaves.items()):
            tensor = known.tensor()
            if tensor is not None:
                yield known.number, tensor
            elif self._leaves.get(key) is known:
                del self._leaves[key]

    def leaf_value(self, number: int, tensor: torch.Tensor) -> Snapshot:
        """Isi daun sekarang; dihitung lagi hanya bila ia berubah."""
        version = version_of(tensor)
        record = self.nodes[number]
        if self._leaf_versions.get(number) != version:
            self._leaf_versions[number] = version
            record.values[0] = take_snapshot(tensor)
        return record.values[0]

    def forget_leaf_value(self, number: int) -> None:
        """Isi sebuah daun mungkin berubah tanpa nomor versinya berubah, misalnya lewat `.data`."""
        self._leaf_versions.pop(number, None)

    def content(self, tensor: torch.Tensor) -> Snapshot:
        """Isi tensor tanpa graf; yang sama tidak dihitung dua kali selama ia hidup dan tidak berubah."""
        return self.known_content(tensor, lambda _: None).value

    def known_content(self, tensor: torch.Tensor, name: Callable[[int], str | None]) -> KnownContent:
        """Isi tensor tanpa graf beserta namanya; `name`, menurut `id`, ditanya hanya bila isinya belum dikenal."""
        known = self._contents.get(id(tensor))
        version = version_of(tensor)
        if known is not None and known.tensor() is tensor and known.version == version:
            return known
        value = take_snapshot(tensor)
        known = self._contents[id(tensor)] = KnownContent(weakref.ref(tensor), version, value, name(id(tensor)))
        return known

    def forget_content(self, tensor: torch.Tensor) -> None:
        """Isi tensor ini berubah tanpa nomor versinya berubah."""
        self._contents.pop(id(tensor), None)

    def forget_contents(self) -> None:
        """Isi tensor mana pun mungkin berubah tanpa nomor versinya berubah."""
        self._contents.clear()
        self._leaf_versions.clear()

    def contents(self) -> Iterator[tuple[torch.Tensor, Snapshot]]:
        """Tensor tanpa graf yang masih hidup, beserta isinya."""
        for known in list(self._contents.values()):
            tensor = known.tensor()
            if tensor is not None:
                yield tensor, known.value
