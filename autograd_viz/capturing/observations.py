"""Pengamatan di sekitar langkah: pemanggilan modul, pemotongan, GradScaler, dan salinan .grad, selagi kode berjalan."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.inplace import owner_of
from autograd_viz.capturing.snapshot import Snapshot, take_snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.recording.circumstances import (
    Anomaly,
    Clipped,
    GradCopied,
    ModuleCalled,
    Observation,
    OptimizerMade,
    Scaled,
)
from autograd_viz.tracing.cuda_work import capturing

_aten = torch.ops.aten
_SCALING = {_aten.mul.Tensor: "mul", _aten.div.Tensor: "div"}  # common elsewhere too: only with a plain number
_COPYING = {  # what is called on a gradient to change it, and without an underscore leaves it as it is
    _aten.clamp.default: "clamp",
    _aten.clamp_min.default: "clamp_min",
    _aten.clamp_max.default: "clamp_max",
    _aten.nan_to_num.default: "nan_to_num",
    **_SCALING,
}
_MANY = 1_000  # of leaves, beyond which no tensor is held against each of them


class RawObservation(NamedTuple):
    """Satu pengamatan; nomor daunnya nomor catatan, dan tempatnya masih instruksi."""

    position: CodePosition | None
    seen: Observation
    norm: Snapshot | None = None


class Observations:
    """Pengamatan sebuah rekaman, beserta optimizer dan akar backward yang dikenalnya tanpa ditahan."""

    def __init__(self) -> None:
        self.seen: list[RawObservation] = []
        self.roots: list[tuple[int, weakref.ref[torch.Tensor]]] = []
        self.optimizers: list[weakref.ref[Any]] = []
        self.data_views: dict[int, tuple[int, weakref.ref[torch.Tensor]]] = {}
        self.anomaly_before = torch.is_anomaly_enabled()

    def optimizer(self, optimizer: Any) -> int:
        """Nomor sebuah optimizer menurut pertama kali terlihat."""
        for number, known in enumerate(self.optimizers):
            if known() is optimizer:
                return number
        self.optimizers.append(weakref.ref(optimizer))
        return len(self.optimizers) - 1

    def kept(self) -> tuple[int, ...]:
        """Nomor backward yang akarnya masih dipegang."""
        return tuple(index for index, root in self.roots if root() is not None)

    def anomaly(self) -> Anomaly:
        """Keadaan mode anomali sekarang."""
        return "off" if not torch.is_anomaly_enabled() else "before" if self.anomaly_before else "inside"

    def through_data(self, tensor: torch.Tensor) -> int | None:
        """Nomor simpul yang isinya dipegang tensor ini karena ia hasil `.data`."""
        known = self.data_views.get(id(tensor))
        return known[0] if known is not None and known[1]() is tensor else None


def see_module(observer: Any, module: int, training: bool) -> None:
    """Mencatat pemanggilan modul terluar."""
    log = observer.log
    seen = ModuleCalled(len(log.events), module, training, torch.is_grad_enabled())
    log.observations.seen.append(RawObservation(observer.entry, seen))


def see_clip(observer: Any, operation: str, parameters: Iterable[Any], limit: float, norm: Any = None) -> None:
    """Mencatat pemotongan gradien, tepat sebelum dikerjakan."""
    log = observer.log
    observer.flush()
    leaves = tuple([number for one in parameters if (number := log.leaf_number(one)) is not None])
    size = take_snapshot(norm) if isinstance(norm, torch.Tensor) else None
    seen = Clipped(len(log.events), operation, limit, None, leaves)
    log.observations.seen.append(RawObservation(observer.position(), seen, size))


def see_optimizer(observer: Any, optimizer: Any) -> None:
    """Mencatat pembuatan sebuah optimizer."""
    log = observer.log
    observer.flush()
    seen = OptimizerMade(len(log.events), log.observations.optimizer(optimizer))
    log.observations.seen.append(RawObservation(observer.position(), seen))


def see_scaler(observer: Any, call: Any, scaler: Any, given: Any) -> None:
    """Mencatat panggilan sebuah GradScaler yang bekerja."""
    log = observer.log
    observer.flush()
    if not scaler.is_enabled() or capturing():
        return
    with observer.mode.ignoring():
        scale = float(scaler.get_scale())
    optimizer = log.observations.optimizer(given) if isinstance(given, torch.optim.Optimizer) else None
    seen = Scaled(len(log.events), call, scale, optimizer)
    log.observations.seen.append(RawObservation(observer.position(), seen))


def see_copy(observer: Any, func: Any, args: Any) -> None:
    """Mencatat bila `func` menghitung tensor baru dari sebuah .grad."""
    operation = _COPYING.get(func)
    log = observer.log
    if operation is None or observer.passes or not log.backward_calls or len(log.nodes) > _MANY:
        return
    source = args[0]
    if func in _SCALING and isinstance(args[1], torch.Tensor) and args[1].dim():
        return
    owned = owner_of(log, source) if source.is_floating_point() else None
    if owned is not None and owned[2]:
        seen = GradCopied(len(log.events), operation, owned[0])
        log.observations.seen.append(RawObservation(observer.position(), seen))
