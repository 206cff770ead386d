"""Langkah optimizer sebagai baris: setiap parameter dari nilai lama ke nilai baru, dan panjang langkahnya."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_viz.graph import Value
from autograd_viz.operations.notation import number_text
from autograd_viz.playing.frames import ParameterRow
from autograd_viz.recording.changes import Change, Term, Update
from autograd_viz.recording.events import OptimizerStep
from autograd_viz.text.formatting import clean, nested
from autograd_viz.text.value_text import norm_of, scalar

SHOWN = 8  # rows of a step
FEW = 3  # numbers of a tensor that are written out
_NORM = "‖·‖ "
_DIGITS = range(5, 10)  # significant ones, where fewer show no difference
_WORDS = {"grad": "grad", "momentum": "momentum_buffer", "weight": "{}"}
_FACTORS = {"momentum": "momentum × ", "weight": "weight_decay × "}


def rows(step: OptimizerStep) -> tuple[ParameterRow, ...]:
    """Baris-baris langkah ini, yang terpanjang lebih dulu; parameter yang tidak berubah tidak punya baris.

    >>> from autograd_viz.recording.changes import Change
    >>> def one(n): return Value((), "float32", (n,))
    >>> update = Update(0.08, -0.1, (Term("grad", 1.0, one(0.8)),))
    >>> rows(OptimizerStep("SGD", (Change("w", 0, one(0.5), one(0.42)),), updates=(update,)))
    (ParameterRow(name='w', before='0.5', after='0.42', step='−0.1 × 0.8', rule='−lr × grad'),)
    """
    updates = step.updates or (Update(),) * len(step.changes)
    moved = [(c, u) for c, u in zip(step.changes, updates, strict=True) if c.before != c.after and c.after is not None]
    moved.sort(key=lambda pair: -(pair[1].size if pair[1].size is not None else -1.0))
    found = [_row(change, update) for change, update in moved[:SHOWN]]
    if len(moved) > SHOWN:
        found.append(ParameterRow(f"dan {len(moved) - SHOWN} parameter lain"))
    return tuple(found)


def _row(change: Change, update: Update) -> ParameterRow:
    name = clean(change.name or "tensor")
    before, after = _apart(change.before, change.after)
    if update.terms:
        return ParameterRow(name, before, after, _product(update), _rule(name, update))
    moves = _moved(change)
    if moves:
        return ParameterRow(name, before, after, moves, "langkah")
    if update.size is not None:
        rule = "panjang langkah"
        if update.farthest is not None:
            rule += f", paling jauh {number_text(_rounded(update.farthest))} di satu unsur"
        return ParameterRow(name, before, after, number_text(_rounded(update.size)), rule)
    return ParameterRow(name, before, after)


def _moved(change: Change) -> str:
    """What was added to each number, where they are few."""
    before, after = _few(change.before), _few(change.after)
    if change.after is None or not before or not after:
        return ""
    return nested([_rounded(new - old) for old, new in zip(before, after, strict=True)], change.after.shape)


def _few(value: Value | None) -> list[float]:
    """The numbers that are written out; none of a large or a complex tensor."""
    numbers = value.numbers if value is not None and value.numbers is not None else ()
    real = [float(one) for one in numbers if not isinstance(one, complex)]
    return real if len(real) == len(numbers) <= FEW else []


def _rounded(number: float) -> float:
    """Without the digits that float32 does not have."""
    return float(f"{number:.4g}")


def _apart(before: Value | None, after: Value | None) -> tuple[str, str]:
    """Both texts, with as many digits as it takes to tell them apart."""
    first, last = _one(before), _one(after)
    texts = _text(before), _text(after)
    if texts[0] != texts[1] or first is None or last is None:
        return texts
    mark = _NORM if texts[0].startswith(_NORM) else ""
    for digits in _DIGITS:
        longer = [f"{mark}{number:.{digits}g}".replace("-", "−") for number in (first, last)]
        if longer[0] != longer[1]:
            return longer[0], longer[1]
    return texts


def _one(value: Value | None) -> float | None:
    """The number that a text is about: the only one, or the norm of many."""
    single = scalar(value)
    return single if single is not None else norm_of(value) if value is not None and not _few(value) else None


def _text(value: Value | None) -> str:
    if value is None:
        return "kosong"
    if value.numbers is not None and len(value.numbers) <= FEW:
        return nested(value.numbers, value.shape)
    norm = norm_of(value) if value.finite else math.nan
    return f"{_NORM}{number_text(norm)}" if norm is not None else "(tidak terbaca)"


def _product(update: Update) -> str:
    parts = [f"{_factor(term)}{_operand(term.value)}" for term in update.terms]
    if len(parts) == 1:
        return f"{number_text(update.rate)} × {parts[0]}"
    return f"{number_text(update.rate)} × ({_bare(parts[0])} + {' + '.join(parts[1:])})"


def _bare(operand: str) -> str:
    """A negative number needs no brackets where a bracket opens before it."""
    return operand[1:-1] if operand.startswith("(−") else operand


def _factor(term: Term) -> str:
    return "" if term.factor == 1.0 else "−" if term.factor == -1.0 else f"{number_text(term.factor)} × "


def _operand(value: Value | None) -> str:
    text = "?" if value is None else _text(value)
    text = text.removeprefix(_NORM)
    return f"({text})" if text.startswith("−") else text


def _rule(name: str, update: Update) -> str:
    words = [_named(term, name, len(update.terms) > 1) for term in update.terms]
    inner = f"({' + '.join(words)})" if len(words) > 1 else words[0]
    return f"{'−' if update.rate < 0 else ''}lr × {inner}"


def _named(term: Term, name: str, several: bool) -> str:
    word = _WORDS[term.of].format(name)
    known = term.value is not None and term.value.numbers is not None and len(term.value.numbers) <= FEW
    word = word if known else f"‖{word}‖"
    if term.factor == -1.0:
        return f"−{word}"
    return f"{_FACTORS.get(term.of, '')}{word}" if several and term.factor != 1.0 else word


def row_texts(found: Sequence[ParameterRow]) -> list[str]:
    """Baris-baris itu sebagai teks biasa.

    >>> row_texts([ParameterRow("w", "0.5", "0.42", "−0.1 × 0.8", "−lr × grad")])
    ['w: 0.5 → 0.42 (−0.1 × 0.8, −lr × grad)']
    """
    return [_row_text(row) for row in found]


def _row_text(row: ParameterRow) -> str:
    if not row.after:
        return row.name
    how = ", ".join(filter(None, [row.step, row.rule]))
    return f"{row.name}: {row.before} → {row.after}" + (f" ({how})" if how else "")
