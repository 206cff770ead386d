"""Gradien dari langkah ke langkah: yang tidak dihapus, dan yang dihapus sebelum dipakai."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.changes import Change
from autograd_viz.recording.events import Accumulate, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import beside, statement_at
from autograd_viz.reviewing.facts import Facts, Step, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.mending import below, moved

CLIPPING = ("clip_grad_norm_", "clip_grad_value_")


def grad_not_cleared(facts: Facts) -> Iterator[Found]:
    """Langkah optimizer memakai .grad yang di dalamnya masih ada gradien langkah sebelumnya."""
    used: dict[int, float] = {}
    added: dict[int, Accumulate] = {}
    held: dict[int, Value | None] = {}
    first: tuple[Accumulate, OptimizerStep | InPlace] | None = None
    times = 0
    for _, step in facts.story:
        match step:
            case ZeroGrad():
                for change in step.changes:
                    _forget(change.node, used, added)
            case InPlace() if step.grad_of is not None and step.operation not in CLIPPING:
                _forget(step.grad_of, used, added)
            case InPlace() if step.node in held and _descends(step.change, held[step.node]):
                if step.node in added:
                    times += 1
                    first = first or (added[step.node], step)
                used[step.node] = 1.0
            case Accumulate():
                held[step.node] = step.change.after
                before = norm(step.change.before)
                if not before:
                    _forget(step.node, used, added)
                elif step.node in used:
                    added[step.node] = step
            case OptimizerStep():
                mixed = [leaf for leaf, grad in pairs(step) if grad and leaf in added]
                if mixed:
                    times += 1
                    first = first or (added[mixed[0]], step)
                used.update({leaf: grad for leaf, grad in pairs(step) if grad})
    if first is not None:
        came, step = first
        change = came.change
        who = step.optimizer if isinstance(step, OptimizerStep) else "yang Anda tulis sendiri"
        yield Found(
            f"Gradien tidak dihapus di antara dua langkah {who}: yang dipakai adalah jumlah gradien "
            "baru dan gradien yang sudah dipakai.",
            (
                f"di {facts.line(came.place)}, gradien bernorma {number(norm(came.value))} ditambahkan ke .grad "
                f"`{facts.name(came.node)}` yang masih bernorma {number(norm(change.before))}",
                f"{times} langkah memakai .grad seperti itu; yang pertama di {facts.line(step.place)}",
            ),
            _cleared(facts, came, step),
            came.place,
        )


def _cleared(facts: Facts, came: Accumulate, step: OptimizerStep | InPlace) -> str:
    """A new line below the step, where its gradient has been used: it is right for micro-batches too."""
    optimizer = optimizer_name(facts, step.place) if isinstance(step, OptimizerStep) else ""
    name = "" if optimizer else _moved_by_hand(facts, step.place)
    if step.place is None or not (optimizer or name):
        return f"# kosongkan .grad {facts.name(came.node)} sesudah dipakai, sebelum backward() berikutnya"
    return below(facts, step.place, f"{optimizer}.zero_grad()" if optimizer else f"{name}.grad = None")


def _moved_by_hand(facts: Facts, place: Place | None) -> str:
    """What a statement of the user's own moves: `w` of `w -= lr * w.grad`, `w.data.sub_(…)`, and the like."""
    found = statement_at(facts, place)
    one = found.node if found is not None else None
    call = one.value if isinstance(one, ast.Expr) else None
    target: ast.expr | None = one.target if isinstance(one, ast.AugAssign) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        target = call.func.value
    return ast.unparse(target).removesuffix(".data") if target is not None else ""


def _descends(change: Change, grad: Value | None) -> bool:
    """Whether a parameter was moved against its gradient by the user's own line: w -= lr * w.grad."""
    numbers = [None if one is None else one.numbers for one in (change.before, change.after, grad)]
    rates = []
    if any(one is None for one in numbers):
        return False
    for before, after, slope in zip(*numbers, strict=True):
        if isinstance(before, complex) or isinstance(after, complex) or isinstance(slope, complex):
            return False
        moved = before - after
        if abs(slope) > 1e-3 and abs(moved) > 1e-3 * abs(before):
            rates.append(moved / slope)
        elif abs(moved) > 0.1 * abs(before):
            return False
    return bool(rates) and min(rates) > 0 and max(rates) - min(rates) < 0.01 * max(rates)


def _forget(leaf: int | None, *tables: dict[int, object] | dict[int, float] | dict[int, Accumulate]) -> None:
    for table in tables:
        table.pop(leaf, None)  # type: ignore[arg-type]


def step_without_gradient(facts: Facts) -> Iterator[Found]:
    """Setiap langkah sebuah optimizer berjalan tanpa gradien, sebab gradiennya dihapus sebelum dipakai siapa pun."""
    for steps in facts.optimizers.values():
        if len(steps) < 2 or not all(_idle(step.event) for step in steps):
            continue
        lost = [_lost(facts, before, after) for before, after in zip(steps, steps[1:], strict=False)]
        if not all(lost):
            continue
        came, cleared = next(iter(lost[-1].values()))
        step = steps[-1].event
        yield Found(
            f"{step.optimizer} melangkah {len(steps)} kali tanpa gradien: .grad kosong setiap kali step() dipanggil, "
            "jadi tidak satu parameter pun bergeser.",
            (
                f"{facts.line(came.place)} mengirim gradien ke {facts.names(sorted(lost[-1]))}",
                f"gradien itu dihapus di {facts.line(cleared.place)} sebelum {facts.line(step.place)} memakainya",
            ),
            _in_order(facts, cleared.place, came.place, step.place),
            step.place,
        )


def _idle(step: OptimizerStep) -> bool:
    empty = all(not grad for _, grad in pairs(step))
    return empty and all(change.before == change.after for change in step.changes)


def _lost(facts: Facts, before: Step, after: Step) -> dict[int, tuple[Accumulate, ZeroGrad]]:
    """What came for this optimizer between two of its steps and was cleared before anyone used it."""
    held = {leaf for leaf, _ in pairs(after.event)}
    came: dict[int, Accumulate] = {}
    lost: dict[int, tuple[Accumulate, ZeroGrad]] = {}
    for step in facts.steps[before.at : after.at]:
        match step:
            case Accumulate() if step.node in held and norm(step.value):
                came[step.node] = step
            case OptimizerStep():
                for leaf, _ in pairs(step):
                    came.pop(leaf, None)
            case ZeroGrad():
                for change in step.changes:
                    if change.node in came:
                        lost[change.node] = (came.pop(change.node), step)
    return lost


def _in_order(facts: Facts, cleared: Place | None, backward: Place | None, step: Place | None) -> str:
    """The one of the three lines that is moved, so that they run as clear, backward, step."""
    if cleared is None or backward is None or step is None or len({cleared, backward, step}) < 3:
        return "# hapus gradien sesudah step() memakainya, bukan di antara backward() dan step()"
    if beside(facts, cleared, backward, step) and step.line < backward.line:
        return moved(facts, step, "bawah", backward)
    if beside(facts, cleared, backward, step) and backward.line < cleared.line:
        return moved(facts, cleared, "atas", backward)
    return (
        f"# di antara {facts.line(backward)}\n# dan {facts.line(step)}\n"
        f"# gradiennya jangan dihapus: {facts.line(cleared)} dijalankan sebelum yang pertama atau sesudah yang kedua"
    )
