"""Kalimat untuk tensor yang berubah: di tempat, oleh optimizer, atau gradiennya dihapus."""

from __future__ import annotations

from typing import Literal

from autograd_viz.graph import Value
from autograd_viz.narration.context import LISTED, Context
from autograd_viz.recording.changes import Update
from autograd_viz.recording.events import Change, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.text.rich_text import Span, grad, several
from autograd_viz.text.value_text import in_sentence

Reason = Literal["empty", "zero", "still", "unseen"]
_STILL: dict[Reason, tuple[str, str]] = {  # what is told of parameters that have not moved, and of their .grad
    "empty": (" dilewati", " kosong"),
    "zero": (" tidak bergeser", " berisi 0"),
    "still": (" tidak bergeser", ""),
    "unseen": (" tidak tampak bergeser", ""),
}
_SMALL = 4  # numbers of a tensor that is shown before and after


def inplace(step: InPlace, context: Context) -> list[Span]:
    """Kalimat perubahan di tempat."""
    change = step.change
    spans = [Span(step.name, "code")] if step.name else [Span("Sebuah tensor")]
    spans += [Span(" diubah di tempat oleh "), Span(step.operation, "code")]
    if change.before is not None:
        spans += [Span(": "), Span(in_sentence(change.before)), Span(" menjadi ")]
    else:
        spans += [Span("; isinya sekarang ")]
    return [*spans, Span(in_sentence(change.after), "result"), Span(".")]


def optimizer(step: OptimizerStep, context: Context) -> list[Span]:
    """Kalimat satu langkah optimizer: parameter yang bergeser, lalu yang tidak beserta sebabnya."""
    spans = [Span(f"{step.optimizer}.step()", "code")]
    still: dict[Reason, list[Change]] = {}
    moved: list[Change] = []
    for one, update in zip(step.changes, step.updates or (Update(),) * len(step.changes), strict=True):
        reason = _reason(one, update, context)
        (moved if reason is None else still.setdefault(reason, [])).append(one)
    if moved:
        against = step.optimizer == "SGD" and all(_against(one, context) for one in moved)
        told, ending = (" menggeser ", " melawan arah gradien") if against else (" memperbarui ", "")
        spans += [Span(told), *_named(moved), Span(ending)]
    for place, reason in enumerate([one for one in _STILL if one in still]):
        unmoved = still[reason]
        verb, why = _STILL[reason]
        spans += [Span("; " if moved or place else " tidak mengubah apa pun: "), *_named(unmoved), Span(verb)]
        if why:
            held = f"{_name(unmoved[0])}.grad" if len(unmoved) == 1 else ".grad masing-masing"
            spans += [Span(" karena "), Span(held, "code" if len(unmoved) == 1 else ""), Span(why)]
    return [*spans, Span(".")]


def _reason(change: Change, update: Update, context: Context) -> Reason | None:
    """Why a parameter stands where it stood; None where it has moved, or cannot be read."""
    if change.before is None or change.before != change.after:
        return None
    if update.grad is None and _without_grad(change, context):
        return "empty"
    if update.grad == 0.0:
        return "zero"
    return "still" if change.before.numbers is not None else "unseen"


def zero_grad(step: ZeroGrad, context: Context) -> list[Span]:
    """Kalimat penghapusan gradien."""
    names = [_name(one) for one in step.changes] or ["tensor"]
    if step.how != "zero_grad":
        call = f"{names[0]}.grad = None" if step.how == "none" else f"{names[0]}.grad.zero_()"
        did = " menghapus gradien lama, " if step.how == "none" else " mengisi gradien dengan nol; isi lamanya "
        before = step.changes[0].before if step.changes else None
        return [Span(call, "code"), Span(did), Span(in_sentence(before), "strong"), Span(".")]
    spans = [Span(f"{step.owner}.zero_grad()", "code"), Span(" menghapus gradien lama")]
    if not step.changes:
        return [*spans, Span("; belum ada yang perlu dihapus.")]
    return [*spans, *_listed([one._replace(name=grad(_name(one)).text) for one in step.changes]), Span(".")]


def _name(change: Change) -> str:
    return change.name or "tensor"


def _without_grad(change: Change, context: Context) -> bool:
    return change.node is None or context.grads.get(change.node) is None


def _against(change: Change, context: Context) -> bool:
    """No element is seen to move along its gradient."""
    known = context.grads.get(change.node) if change.node is not None else None
    numbers = [_real(value) for value in (change.before, change.after, known)]
    moves = list(zip(*numbers, strict=False))
    return all((after - before) * slope <= 0 for before, after, slope in moves)


def _real(value: Value | None) -> list[float]:
    """The numbers where they are known; none of a large or a complex tensor."""
    return [float(n) for n in (value.numbers if value is not None else None) or () if not isinstance(n, complex)]


def _listed(changes: list[Change]) -> list[Span]:
    if len(changes) > LISTED or not all(_few(one.before) and _few(one.after) for one in changes):
        more = f", dan {len(changes) - LISTED} lainnya" if len(changes) > LISTED else ""
        return [Span(": "), *several([(_name(one), "") for one in changes[:LISTED]]), Span(more)]
    spans: list[Span] = []
    for place, one in enumerate(changes):
        after = "None" if one.after is None else in_sentence(one.after)
        spans += [Span(", " if place else ": "), Span(_name(one), "code")]
        spans += [Span(f" dari {in_sentence(one.before)} menjadi "), Span(after, "result")]
    return spans


def _named(changes: list[Change]) -> list[Span]:
    """The names; what each has become stands in rows beside the sentence."""
    if len(changes) <= LISTED:
        return several([(_name(one), "") for one in changes])
    names = [span for one in changes[:LISTED] for span in (Span(_name(one), "code"), Span(", "))]
    return [*names[:-1], Span(f", dan {len(changes) - LISTED} parameter lain")]


def _few(value: Value | None) -> bool:
    return value is None or (value.numbers is not None and len(value.numbers) <= _SMALL)
