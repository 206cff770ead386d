"""Langkah optimizer dan penghapusan gradien: isi parameter dan .grad sebelum serta sesudahnya."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.raw_events import GradCleared, LeafChange, LeafStep, OptimizerStepped, StepTerm
from autograd_viz.capturing.snapshot import Snapshot, take_snapshot
from autograd_viz.tracing.cuda_work import capturing

SETTINGS = ("lr", "momentum", "nesterov", "weight_decay", "maximize")


class Parameter(NamedTuple):
    """Sebuah parameter dan .grad-nya sebelum optimizer melangkah, dan pengaturan kelompoknya."""

    leaf: torch.Tensor
    before: Snapshot
    grad: Snapshot | None
    group: Mapping[str, Any]
    frozen: bool


class RunningStep(NamedTuple):
    """Sebuah `step()` yang sedang berjalan, dan isi parameternya sebelum itu."""

    optimizer: Any
    frame: FrameType
    before: list[Parameter]


class OptimizerSteps:
    """Langkah-langkah optimizer di satu utas; operasi di dalamnya tidak dicatat satu per satu."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.running: list[RunningStep] = []
        observer.steps = self

    def begin(self, optimizer: Any, frame: FrameType) -> None:
        """Mencatat parameter sebelum optimizer melangkah; `frame` menjalankan langkah itu."""
        observer, log = self.observer, self.observer.log
        before = []
        try:
            self.drop_failed()
            observer.flush()
            for group in optimizer.param_groups:
                settings = {name: group[name] for name in SETTINGS if name in group}
                for leaf in group["params"]:
                    frozen = not leaf.requires_grad
                    if frozen and (leaf.grad is None or log.leaf_number(leaf) is None):
                        continue
                    grad = None if leaf.grad is None else log.content(leaf.grad)
                    value = log.leaf_value(observer.leaf(leaf), leaf)
                    before.append(Parameter(leaf, value, grad, settings, frozen))
        except Exception as error:
            observer.miss("optimizer", error)
        self.running.append(RunningStep(optimizer, frame, before))

    def end(self, optimizer: Any) -> None:
        """Mencatat parameter sesudah optimizer melangkah."""
        while self.running:
            step = self.running.pop()
            self._changed(step)
            if step.optimizer is optimizer:
                return

    def drop_failed(self) -> None:
        """Mengakhiri langkah yang berhenti karena galat; torch tidak memberitahukannya."""
        while self.running and not _runs(self.running[-1].frame):
            self._changed(self.running.pop())

    def _changed(self, step: RunningStep) -> None:
        observer, log = self.observer, self.observer.log
        if any(outer.optimizer is step.optimizer for outer in self.running):
            return  # a step that calls the step of its parent class
        try:
            observer.flush()
            changes = []
            for one in step.before:
                number = observer.leaf(one.leaf)
                log.forget_leaf_value(number)  # an optimizer may write through .data, which counts no version
                after = log.leaf_value(number, one.leaf)
                changes.append(LeafStep(number, one.before, after, *_rule(step.optimizer, one), one.grad, one.frozen))
            name, which = type(step.optimizer).__name__, log.observations.optimizer(step.optimizer)
            stepped = OptimizerStepped(observer.position(), name, tuple(changes), which)
            log.events.append(stepped)
        except Exception as error:
            observer.miss("optimizer", error)

    def zero_grad(self, original: Callable[..., None], owner: Any, set_to_none: bool) -> None:
        """Menjalankan zero_grad sambil mencatat gradien yang hilang."""
        observer, log = self.observer, self.observer.log
        leaves = [leaf for leaf in parameters_of(owner) if leaf.grad is not None]
        before: list[Snapshot] = []
        try:
            self.drop_failed()
            observer.flush()
            before = [log.content(leaf.grad) for leaf in leaves if leaf.grad is not None]
        except Exception as error:
            observer.miss("zero_grad", error)
        with observer.quiet():
            original(owner, set_to_none)
        try:
            after = [None if leaf.grad is None else log.content(leaf.grad) for leaf in leaves]
            changes = [
                LeafChange(observer.leaf(leaf), old, new) for leaf, old, new in zip(leaves, before, after, strict=True)
            ]
            for change in changes:
                observer.grad_changed(change.node, change.after)
            log.events.append(GradCleared(observer.position(), "zero_grad", type(owner).__name__, tuple(changes)))
        except Exception as error:
            observer.miss("zero_grad", error)


def _rule(optimizer: Any, one: Parameter) -> tuple[float, tuple[StepTerm, ...]]:
    """What SGD adds to a parameter: a rate, and the terms that it multiplies; none where it is not that simple."""
    if not isinstance(optimizer, torch.optim.SGD) or one.grad is None or capturing():  # its numbers may be tensors
        return 0.0, ()
    known = one.group
    rate, decay, momentum = -float(known["lr"]), float(known["weight_decay"]), float(known["momentum"])
    sign = -1.0 if known["maximize"] else 1.0
    grad = StepTerm("grad", sign, one.grad)
    terms = (grad, StepTerm("weight", decay, one.before)) if decay else (grad,)
    if momentum:
        held = optimizer.state.get(one.leaf, {}).get("momentum_buffer")
        if not isinstance(held, torch.Tensor):
            return 0.0, ()
        velocity = StepTerm("momentum", 1.0, take_snapshot(held))
        terms = (*terms, velocity._replace(factor=momentum)) if known["nesterov"] else (velocity,)
    if len(terms) == 1 and terms[0].factor < 0:
        rate, terms = -rate, (terms[0]._replace(factor=1.0),)
    return rate, terms


def parameters_of(owner: Any) -> list[torch.Tensor]:
    """Parameter sebuah modul atau optimizer."""
    if isinstance(owner, torch.nn.Module):
        return list(owner.parameters())
    return [leaf for group in owner.param_groups for leaf in group["params"]]


def _runs(frame: FrameType) -> bool:
    """Whether the frame is still on the stack of this thread."""
    above: FrameType | None = sys._getframe(1)
    while above is not None and above is not frame:
        above = above.f_back
    return above is not None
