"""Angka yang tidak lagi mengajar: NaN dan Inf, dan langkah yang terlalu besar."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd_viz.recording.events import Accumulate, OptimizerStep
from autograd_viz.recording.nonfinite import NonFinite, find
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import statement_at
from autograd_viz.reviewing.facts import Facts, Step, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.mending import above, instead
from autograd_viz.reviewing.overflow import in_logarithm
from autograd_viz.reviewing.safe_domain import mend_of


def nonfinite(facts: Facts) -> Iterator[Found]:
    """NaN atau Inf yang sampai di .grad, di parameter, atau di loss."""
    hit = next((step for step in facts.steps if _spoiled(facts, step)), None)
    if hit is None:
        return
    origin = find(facts.data)
    if origin is None:
        return
    yield Found(
        origin.message,
        (_reached(facts, hit),),
        _in_its_place(facts, origin),
        origin.place,
    )


def _in_its_place(facts: Facts, origin: NonFinite) -> str:
    if origin.op == "ExpBackward0" and origin.place is not None and (code := in_logarithm(facts, origin.place)):
        return f"# hasil yang sama, dihitung tanpa pangkat yang meluap\n{code}"
    mend = mend_of(origin)
    line = mend.splitlines()[-1]
    if origin.place is None or line.startswith("#"):
        return mend if origin.place is None else f"# di {facts.line(origin.place)}:\n{mend}"
    return f"{mend.removesuffix(line)}{instead(facts, origin.place, line)}"


def _spoiled(facts: Facts, step: object) -> bool:
    match step:
        case Accumulate():  # under a scaler a step with Inf is skipped: that is its work
            after = step.change.after
            return after is not None and not after.finite and not facts.scaled
        case OptimizerStep():
            return any(one.after is not None and not one.after.finite for one in step.changes)
    return False


def _reached(facts: Facts, step: object) -> str:
    if isinstance(step, Accumulate):
        return f".grad `{facts.name(step.node)}` menjadi tidak terhingga oleh {facts.line(step.place)}"
    assert isinstance(step, OptimizerStep)
    bad = [one.name for one in step.changes if one.after is not None and not one.after.finite]
    return f"parameter `{bad[0]}` menjadi tidak terhingga oleh {facts.line(step.place)}"


def diverging_steps(facts: Facts) -> Iterator[Found]:
    """Setiap langkah lebih panjang daripada bobotnya, gradien berbalik arah, dan loss naik terus."""
    steps = facts.optimizer_steps
    for at in range(len(steps) - 3):
        four = steps[at : at + 4]
        if len({step.event.number for step in four}) > 1:
            continue
        losses = [_loss_before(facts, step) for step in four]
        if any(loss is None for loss in losses):
            continue
        known = [loss for loss in losses if loss is not None]
        if not all(a < b for a, b in zip(known, known[1:], strict=False)) or not known[3] > 10 * abs(known[0]):
            continue
        leaf = _overshooting(facts, four)
        if leaf is None:
            continue
        change, update = next(
            pair for pair in zip(four[1].event.changes, four[1].event.updates, strict=True) if pair[0].node == leaf
        )
        yield Found(
            f"Learning rate terlalu besar: langkah {four[0].event.optimizer} melewati titik terendah, dan loss "
            "naik setiap langkah.",
            (
                "loss: " + ", ".join(map(number, known)),
                f"`{facts.name(leaf)}` bernorma {number(norm(change.before))} digeser sejauh "
                f"{number(update.size)}, dan gradiennya berbalik arah dari langkah ke langkah",
            ),
            _slower(facts, four[0].event.place, _growth(facts, leaf, four)),
            four[1].event.place,
        )
        return


def _loss_before(facts: Facts, step: Step) -> float | None:
    rounds = [one for one in facts.rounds if one.end < step.at]
    return facts.loss(rounds[-1]) if rounds else None


def _overshooting(facts: Facts, four: list[Step]) -> int | None:
    for leaf in [change.node for change in four[0].event.changes]:
        sizes = [_moved(step.event, leaf) for step in four[1:]]
        if leaf is None or not all(size is not None and size[0] > size[1] > 0 for size in sizes):
            continue
        came = [one.value for at, one in facts.accumulated(leaf) if four[0].at < facts.rounds[at].end < four[3].at]
        means = [one.mean for one in came if one is not None and one.mean is not None]
        if len(means) > 2 and all(a * b < 0 for a, b in zip(means, means[1:], strict=False)):
            return leaf
    return None


def _moved(step: OptimizerStep, leaf: int | None) -> tuple[float, float] | None:
    for change, update in zip(step.changes, step.updates, strict=True):
        size, before = update.size, norm(change.before)
        if change.node == leaf and size is not None and before is not None:
            return size, before
    return None


def _growth(facts: Facts, leaf: int, four: list[Step]) -> float:
    """How many times longer each gradient is than the one before: on a parabola its rate times its slope, less 1."""
    came = [norm(one.value) for at, one in facts.accumulated(leaf) if facts.rounds[at].end < four[3].at]
    pairs_ = zip(came[-3:], came[-2:], strict=False)
    return max((after / before for before, after in pairs_ if before and after), default=1.0)


def _slower(facts: Facts, place: Place | None, growth: float) -> str:
    """A new block above the loop of the steps, with the power of ten that does not go beyond the lowest point."""
    optimizer, found = optimizer_name(facts, place), statement_at(facts, place)
    smaller = 10 ** math.ceil(math.log10(1 + growth))
    if not optimizer or found is None or found.loop is None:
        return f"# bagi learning rate optimizer itu dengan {smaller}, sebelum langkah pertama"
    return above(facts, found.loop, f'for group in {optimizer}.param_groups:\n    group["lr"] /= {smaller}')
