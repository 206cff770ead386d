"""Langkah optimizer dalam angka: panjangnya, dan hasil kali yang memang memberi pergeseran parameternya."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.device_summary import DeviceSummary
from autograd_viz.capturing.raw_events import LeafStep
from autograd_viz.capturing.snapshot import Snapshot
from autograd_viz.capturing.summary import Summary
from autograd_viz.graph import Value
from autograd_viz.recording.changes import Term, Update

_ROUNDING = {"float64": 1e-12, "float32": 4e-7, "float16": 3e-3, "bfloat16": 2e-2}  # of the numbers that are added
Array = numpy.ndarray[Any, Any]


def build_update(builder: GraphBuilder, step: LeafStep) -> Update:
    """Cara sebuah parameter digeser; hasil kali yang tidak memberi pergeserannya tidak disebut."""
    before, after = _numbers(step.before), _numbers(step.after)
    moved = None if before is None or after is None else numpy.abs(after - before)
    size = None if moved is None else float(numpy.linalg.norm(moved))
    if moved is None or size is None or not math.isfinite(size):
        moved, size = None, None
    farthest = float(moved.max()) if moved is not None and moved.size else None
    terms = tuple([Term(term.of, term.factor, builder.value(term.value)) for term in step.terms])
    grad = None if step.grad is None else _norm(builder.value(step.grad))
    if not terms or not _gives(step, before, after):
        return Update(size, grad=grad, frozen=step.frozen, farthest=farthest)
    if size is None:  # too large to be held against number by number: the mean of a sum is the sum of the means
        norms = [term.value.norm for term in terms if term.value is not None and term.value.norm is not None]
        size = abs(step.rate) * norms[0] if len(terms) == len(norms) == 1 else None
    return Update(size, step.rate, terms, grad, step.frozen, farthest)


def _norm(value: Value | None) -> float | None:
    """The norm of a gradient that is there; one that cannot be measured counts as any number does."""
    return math.nan if value is None or value.norm is None else value.norm


def _gives(step: LeafStep, before: Array | None, after: Array | None) -> bool:
    """Whether the rate times the terms is what was added."""
    rounding = _ROUNDING.get(str(step.after.dtype).removeprefix("torch."), 0.0)
    parts: Sequence[Array | float | None]
    old: Array | float | None
    new: Array | float | None
    parts, old, new = [_numbers(term.value) for term in step.terms], before, after
    if old is None or new is None or any(part is None for part in parts):
        parts, old, new = [_mean(term.value) for term in step.terms], _mean(step.before), _mean(step.after)
    if old is None or new is None or any(part is None for part in parts):
        return False
    moved = [step.rate * term.factor * part for term, part in zip(step.terms, parts, strict=True) if part is not None]
    found = old + sum(moved)
    largest = sum(map(numpy.abs, moved)) + numpy.abs(old)
    return bool(numpy.all(numpy.abs(found - new) <= rounding * largest * (1 + len(moved))))


def _numbers(snapshot: Snapshot) -> Array | None:
    content = snapshot.content
    if not isinstance(content, (numpy.ndarray, list, int, float)):
        return None
    try:
        return numpy.asarray(content, dtype=numpy.float64).reshape(-1)
    except (TypeError, ValueError):  # complex, or no numbers at all
        return None


def _mean(snapshot: Snapshot) -> float | None:
    numbers = _numbers(snapshot)
    if numbers is not None:
        return float(numbers.mean()) if numbers.size else None
    content = snapshot.content
    if isinstance(content, DeviceSummary):
        content = content.read()
    return content.mean if isinstance(content, Summary) else None
