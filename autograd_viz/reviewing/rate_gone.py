"""`lr` yang habis: jadwalnya melangkah setiap batch, dan langkah optimizer hampir tidak menggeser apa pun."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts, Step, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import moved
from autograd_viz.reviewing.naming import calling

FALLING = ("StepLR", "MultiStepLR", "ExponentialLR")  # they never rise again
STILL = 3  # the least steps at the end that move nothing
NOTHING = 1e-6  # a few last places of float32


def rate_gone(facts: Facts) -> Iterator[Found]:
    """Langkah-langkah terakhir punya gradien tetapi hampir tidak menggeser apa pun, sesudah jadwalnya menurunkan lr."""
    schedule = _schedule(facts)
    for steps in facts.optimizers.values() if schedule is not None else ():
        still = 0
        for step in reversed(steps):
            if not _is_still(step):
                break
            still += 1
        if schedule is None or still < STILL or still == len(steps):
            continue
        name, line, loop = schedule
        sizes = [_size(step) for step in steps]
        yield Found(
            f"Learning rate {steps[0].event.optimizer} sudah habis: {still} langkah terakhir menggeser setiap "
            "parameter kurang dari sepersejuta normanya, padahal gradiennya ada.",
            (
                f"pergeseran terpanjang satu parameter turun dari {number(max(sizes))} menjadi {number(sizes[-1])} "
                f"dalam {len(steps)} langkah",
                f"{facts.line(line.place)} berjalan di setiap batch; `{name}` hanya pernah turun",
            ),
            moved(facts, line.place, "bawah", loop),
            line.place,
        )
        return


def _is_still(step: Step) -> bool:
    grads = [grad for _, grad in pairs(step.event)]
    pairs_ = zip(step.event.changes, step.event.updates, strict=True)
    return any(grads) and all(
        change.before == change.after or (update.size or 0.0) <= NOTHING * (norm(change.before) or 0.0)
        for change, update in pairs_
    )


def _size(step: Step) -> float:
    return max((update.size or 0.0 for update in step.event.updates), default=0.0)


def _schedule(facts: Facts) -> tuple[str, Statement, Place] | None:
    """The kind of the only schedule, its step inside the loop over batches, and that loop, itself inside one."""
    made = [(kind, one) for kind in FALLING for one, _ in calling(facts, kind)]
    if len(made) != 1 or not isinstance(made[0][1].node, ast.Assign):
        return None
    kind, one = made[0]
    name = ast.unparse(one.node.targets[0])  # type: ignore[attr-defined]
    lines = [line for line, call in calling(facts, "step") if ast.unparse(call.func) == f"{name}.step"]
    if len(lines) != 1 or not isinstance(lines[0].node, ast.Expr):
        return None
    loop = statement_at(facts, lines[0].loop)
    outer = statement_at(facts, loop.loop) if loop is not None else None
    called = outer is None and _called_in_loop(facts, lines[0].around[-1:])
    if loop is None or not isinstance(loop.node, ast.For) or not (called or outer and isinstance(outer.node, ast.For)):
        return None
    places = {step.event.place for step in facts.optimizer_steps}
    beside = any(other.place in places and other.loop == lines[0].loop for other in statements(facts))
    head = loop.place._replace(end=loop.place.line)
    return (kind, lines[0], head) if beside else None


def _called_in_loop(facts: Facts, function: tuple[str, ...]) -> bool:
    """Whether that function is called by a loop: one call an epoch."""
    return any(one.loop is not None for name in function for one, _ in calling(facts, name))
