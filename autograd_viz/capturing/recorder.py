"""Satu rekaman yang sedang berjalan: apa yang terjadi pada torch, diteruskan ke catatannya."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing import engine_call
from autograd_viz.capturing.dispatch_mode import RecordingMode
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.lineage import RawOrigin
from autograd_viz.capturing.module_calls import ModuleCalls
from autograd_viz.capturing.module_parts import outside_of, parts_of
from autograd_viz.capturing.observations import see_clip, see_optimizer, see_scaler
from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.optimizer_steps import OptimizerSteps
from autograd_viz.capturing.pack_hooks import inside_pack_hook
from autograd_viz.capturing.raw_events import GradCleared, GraphCut, LeafChange, NotShown
from autograd_viz.capturing.snapshot import take_snapshot
from autograd_viz.capturing.source_map import CodePosition, SourceMap
from autograd_viz.capturing.stored_names import name_results
from autograd_viz.graph import MAKE_DUAL
from autograd_viz.recording.circumstances import FORMER, ScalerCall
from autograd_viz.recording.events import How
from autograd_viz.tracing.names import Names, members, submodules, told_apart
from autograd_viz.tracing.torch_internals import inside_function, is_wrapped

LEAF = "AccumulateGrad"


class Labels(NamedTuple):
    """Nama yang dikenal saat blok selesai: konstanta menurut `id` isinya, dan modul terluar menurut urutannya."""

    constants: dict[int, str | None]
    roots: list[str]


class Recorder:
    """Pengamat, mode operasi, modul, dan optimizer di satu utas, beserta catatan bersamanya.

    `guest` menandai utas yang ikut direkam, `around` rekaman yang diikuti utas ini di luar bloknya sendiri.
    """

    def __init__(self, log: EventLog, guest: bool = False) -> None:
        self.log = log
        self.guest = guest
        self.over = False
        self.around: Recorder | None = None
        self.observer = Observer(self.log)
        self.mode = RecordingMode(self.observer)
        self.modules = ModuleCalls(self.observer)
        self.steps = OptimizerSteps(self.observer)

    def follow(self) -> Recorder:
        """Pengamat bagi utas lain yang ikut direkam, dengan catatan dan modul yang sama."""
        guest = Recorder(self.log, guest=True)
        guest.modules.share(self.modules)
        return guest

    def end(self) -> None:
        """Berhenti mengamati, juga bila utasnya masih berjalan."""
        self.over = self.mode.idle = True
        self.observer.release()

    def flush(self) -> None:
        """Mencatat hasil operasi terakhir."""
        try:
            self.steps.drop_failed()
            self.observer.flush()
        except Exception as error:
            self.observer.miss("operation", error)

    def backward(self, engine: Callable[..., Any], roots: Any, args: Any, kwargs: Any) -> Any:
        """Menjalankan mesin backward sambil mencatatnya."""
        return engine_call.run(self.observer, engine, roots, args, kwargs)

    def cut(self, source: torch.Tensor, result: torch.Tensor, how: How, frame: FrameType) -> None:
        """Mencatat bahwa pengguna memutus sebuah tensor dari grafnya."""
        observer, log = self.observer, self.log
        try:
            if not source.requires_grad:
                lost = log.lineage.inherited([source])
                if lost and not log.user_code.owns(frame):  # it is the library that detaches
                    log.lineage.mark(result, lost)
                return
            if observer.passes or not log.user_code.owns(frame):
                return
            if observer.stepping() or inside_function() or inside_pack_hook(frame):
                return
            observer.flush()
            if observer.duals.is_tangent(source):
                return
            number = observer.source(source)
            if how == "data":
                log.observations.data_views[id(result)] = (number, weakref.ref(result))
            position = self._at(frame)
            log.lineage.mark(result, (log.lineage.note(RawOrigin(how, (number,), len(log.events), position)),))
            log.events.append(GraphCut(number, position, how, take_snapshot(result)))
        except Exception as error:
            observer.miss("cut", error)

    def read(self, source: torch.Tensor, how: How, frame: FrameType) -> None:
        """Mencatat bahwa pengguna membaca isi sebuah tensor sebagai bilangan."""
        observer, log = self.observer, self.log
        try:
            if observer.passes or not log.user_code.owns(frame) or observer.stepping():
                return
            observer.flush()
            nodes = (observer.source(source),) if source.requires_grad else log.lineage.nodes_of(source)
            if nodes:
                log.lineage.read(frame, RawOrigin(how, nodes, len(log.events), self._at(frame)))
        except Exception as error:
            observer.miss("cut", error)

    @contextmanager
    def pairing(self) -> Iterator[None]:
        """Selagi sebuah tensor dipasangkan dengan tangennya: yang terjadi di dalamnya bukan operasi pengguna."""
        self.flush()
        self.observer.duals.pairing = True
        try:
            yield
        finally:
            self.observer.duals.pairing = False

    def paired(self, source: torch.Tensor, result: torch.Tensor, frame: FrameType) -> None:
        """Mencatat tensor yang baru dipasangkan dengan tangennya."""
        observer, log = self.observer, self.log
        try:
            if is_wrapped(result) and not observer.duals.transformed:
                observer.duals.transformed = True
                observer.miss("jvp")
                log.events.append(NotShown(observer.position(), "jvp"))
            if observer.duals.transformed or result.grad_fn is None or not log.user_code.owns(frame):
                return
            position = observer.here = self._at(frame)
            record = log.nodes[number := observer.number(result.grad_fn)]
            record.op = MAKE_DUAL
            record.values[0], record.tangents[0] = take_snapshot(result), observer.duals.snapshot(result)
            observer.computed(number, (observer.input(source),), position)
            name_results(log, position, frame)
        except Exception as error:
            observer.miss("operation", error)
        finally:
            observer.here = None

    def unpaired(self) -> None:
        """Tingkat mode maju ditutup, dan semua tangen hilang: yang masih tertunda dicatat lebih dulu."""
        self.flush()
        self.observer.duals.transformed = False

    def _at(self, frame: FrameType) -> CodePosition:
        return CodePosition(frame.f_code, frame.f_lasti, self.log.loops.at(frame))

    def clipped(self, operation: str, parameters: Any, limit: Any, norm: Any = None) -> None:
        """Mencatat pemotongan gradien oleh torch.nn.utils, tepat sebelum dikerjakan."""
        try:
            given = [parameters] if isinstance(parameters, torch.Tensor) else parameters
            see_clip(self.observer, operation, given, float(limit), norm)
        except Exception as error:
            self.observer.miss("clip", error)

    def scaled(self, call: ScalerCall, scaler: Any, given: Any) -> None:
        """Mencatat panggilan sebuah GradScaler."""
        try:
            see_scaler(self.observer, call, scaler, given)
        except Exception as error:
            self.observer.miss("scaler", error)

    def made(self, optimizer: torch.optim.Optimizer) -> None:
        """Mencatat pembuatan sebuah optimizer."""
        try:
            see_optimizer(self.observer, optimizer)
        except Exception as error:
            self.observer.miss("optimizer", error)

    def replaced(self, leaf: torch.Tensor) -> None:
        """Pengguna memberi tensor isi lain lewat `x.data = ...`."""
        number = self.log.leaf_number(leaf)
        if number is not None:
            self.log.forget_leaf_value(number)

    def clear(self, leaf: torch.Tensor, frame: FrameType) -> None:
        """Mencatat `x.grad = None` yang ditulis pengguna."""
        observer, log = self.observer, self.log
        try:
            number = log.leaf_number(leaf)
            if number is not None and leaf.grad is not None and log.user_code.owns(frame):
                observer.flush()
                change = LeafChange(number, log.content(leaf.grad), None)
                log.events.append(GradCleared(self._at(frame), "none", None, (change,)))
                observer.grad_changed(number, None)
        except Exception as error:
            observer.miss("zero_grad", error)

    def close(self, frame: FrameType) -> tuple[EventLog, SourceMap, Labels]:
        """Mencatat nama selagi tensornya masih ada, lalu melepas semuanya."""
        observer, log = self.observer, self.log
        labels = Labels({}, [])
        self.flush()
        log.anomaly, log.kept_roots = log.observations.anomaly(), log.observations.kept()
        try:
            self._name(frame, labels)
        except Exception as error:
            observer.miss("names", error)
        try:
            if log.observations.optimizers:
                log.module_parts = parts_of(log, self.modules.roots, labels.roots, self.modules.names)
        except Exception as error:
            observer.miss("names", error)
        source_map = SourceMap([name for name, owned in log.user_code.user.items() if owned], log.user_code.home)
        self.end()
        self.steps.running.clear()
        self.modules.clear()
        log.close()
        return log, source_map, labels

    def _name(self, frame: FrameType, labels: Labels) -> None:
        log, roots = self.log, self.modules.roots
        names = Names(None, frame)
        leaves = list(log.leaves())
        names.cover([leaf for _, leaf in leaves])
        known = {id(module): name for name, module in reversed(names.modules)}
        called = zip(roots, self.modules.names, strict=True)
        labels.roots.extend(told_apart([known.get(id(root)) or name or type(root).__name__ for root, name in called]))
        bearers = Counter(record.name for record in log.nodes if record.op == LEAF)
        held = [names.held_by(leaf) for _, leaf in leaves]
        parameters = self._parameters(labels.roots) if None in held else {}
        for (number, leaf), name in zip(leaves, held, strict=True):
            record = log.nodes[number]
            once = record.name if bearers[record.name] == 1 else None  # a variable of a function that has returned
            record.name = name or parameters.get(id(leaf)) or once or names.of(leaf) or record.name
        tensors = [record for record in log.nodes if record.op == LEAF and record.name]
        for record, name in zip(tensors, told_apart([record.name or "" for record in tensors]), strict=True):
            record.name = name
        for (node, _), tensor in names.edges().items():
            found = node.metadata.get(log.key)  # type: ignore[attr-defined]
            if found is not None and log.nodes[found].name is None:
                log.nodes[found].name = names.of(tensor)
        for constant, value in log.contents():
            labels.constants[id(value)] = names.held_by(constant)
        log.outside = outside_of(log, names, roots, labels.roots)

    def _parameters(self, labels: list[str]) -> dict[int, str]:
        """The paths of what the modules hold that were called, for those that no variable leads to."""
        found: dict[int, str] = {}
        for root, label in zip(self.modules.roots, labels, strict=True):
            for path, leaf in reversed(members(submodules(root))):  # of a shared one the first path stays
                found[id(leaf)] = f"{label}.{path}" if len(labels) > 1 else path
        for index, path, reference in self.modules.former:
            old = reference()
            if old is not None:
                found.setdefault(id(old), f"{labels[index]}.{path}{FORMER}" if len(labels) > 1 else f"{path}{FORMER}")
        return found
