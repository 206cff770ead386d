"""Gradien satu loss yang dihapus sebelum dipakai: `zero_grad()` berdiri di antara dua backward sebelum satu langkah."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.circumstances import GradCopied
from autograd_viz.recording.events import Accumulate, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import beside
from autograd_viz.reviewing.facts import Facts, Round, Step, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import loss_name
from autograd_viz.reviewing.meant import for_itself
from autograd_viz.reviewing.mending import moved, removed

ROUNDING = 1e-4


class Wiped(NamedTuple):
    """Sebelum satu langkah: backward yang gradiennya hilang, yang dipakai, dan tempat penghapusan di antaranya."""

    step: Step
    lost: Round
    kept: Round
    cleared: Place
    before: bool


def loss_wiped(facts: Facts) -> Iterator[Found]:
    """Dua loss, dua backward, satu langkah: gradien yang pertama dihapus di antaranya."""
    for steps in facts.optimizers.values():
        windows = zip([-1, *(step.at for step in steps)], steps, strict=False)
        found = [_wiped(facts, since, step) for since, step in windows]
        told = [one for one in found if one is not None]
        if len(told) < 2 or len(told) < len(steps) - 1:
            continue
        first = told[-1]
        if len({(one.lost.start.place, one.cleared) for one in told}) > 1 or _is_read(facts, first):
            continue
        leaf = next(leaf for leaf, came in first.lost.reached.items() if norm(came.value))
        size = number(norm(first.lost.reached[leaf].value))
        yield Found(
            f"Gradien `{loss_name(facts, first.lost.start.place) or 'loss pertama'}` dihapus sebelum dipakai: "
            f"{first.step.event.optimizer} hanya melangkah menurut backward yang terakhir.",
            (
                f"{facts.line(first.lost.start.place)} mengirim gradien ke {facts.names(sorted(first.lost.reached))} "
                f"(norma {size} di `{facts.name(leaf)}`)",
                f"{facts.line(first.cleared)} menghapusnya, lalu {facts.line(first.kept.start.place)} mengisi yang "
                f"dipakai di {facts.line(first.step.event.place)}",
                f"begitu di {len(told)} langkah",
            ),
            _mend(facts, first),
            first.cleared,
        )
        return


def _wiped(facts: Facts, since: int, step: Step) -> Wiped | None:
    """The window before a step in which one backward was wiped out whole, and another one at another line used."""
    used = {leaf: grad for leaf, grad in pairs(step.event) if grad}
    rounds = [one for one in facts.rounds if since < one.begin < step.at and one.start.call == "backward"]
    if len(rounds) != 2 or rounds[0].start.place == rounds[1].start.place:
        return None
    lost, kept = rounds
    came = {leaf for leaf, one in lost.reached.items() if norm(one.value)}
    held = {leaf for leaf, _ in pairs(step.event)}
    if not came or not came <= held or for_itself(facts, rounds) or not used.keys() & kept.reached.keys():
        return None
    if not all(_is_alone(used[leaf], one) for leaf, one in kept.reached.items() if leaf in used):
        return None  # something else was put together from both
    if not facts.above(lost.roots[0]).isdisjoint(kept.roots) or lost.roots[0] in facts.above(kept.roots[0]):
        return None
    between = facts.steps[lost.end : kept.begin]
    clears = [one for one in between if isinstance(one, ZeroGrad)]
    if any(isinstance(one, OptimizerStep) for one in between):
        return None
    gone = {change.node for one in clears for change in one.changes}
    if not came <= gone or len({one.place for one in clears}) != 1 or clears[0].place is None:
        return None
    window = facts.steps[since + 1 : step.at]
    if any(isinstance(one, InPlace) and (one.node in facts.trained or one.grad_of is not None) for one in window):
        return None
    if lost.start.place is None or kept.start.place is None:
        return None
    before = any(isinstance(one, ZeroGrad) for one in facts.steps[since + 1 : lost.begin])
    before = before or any(isinstance(one, ZeroGrad) for one in facts.steps[step.at : step.at + 3])
    return Wiped(step, lost, kept, clears[0].place, before)


def _is_alone(used: float, came: Accumulate) -> bool:
    """Whether the step used just what this backward brought, or a part of it that was cut down."""
    size = norm(came.value)
    return size is not None and used <= size * (1 + ROUNDING)


def _is_read(facts: Facts, found: Wiped) -> bool:
    """Whether the program looks at what it wipes: copies it, measures it, cuts it."""
    read = {one.leaf for one in facts.seen if isinstance(one, GradCopied)}
    text = facts.data.sources[found.cleared.source].text
    cut = any(found.lost.begin <= one.at <= found.kept.begin for one in facts.clips)
    asked = ".grad" in text.replace(".grad_fn", "").replace("autograd.grad", "")
    return asked or cut or not read.isdisjoint(found.lost.reached)


def _mend(facts: Facts, found: Wiped) -> str:
    backward = found.lost.start.place
    if found.cleared in (backward, found.kept.start.place):
        return f"# di {facts.line(found.cleared)}: jangan hapus gradien di antara kedua backward()"
    if found.before or backward is None:
        return removed(facts, found.cleared)
    if beside(facts, found.cleared, backward):
        return moved(facts, found.cleared, "atas", backward)
    return f"# jalankan {facts.line(found.cleared)}\n# sebelum {facts.line(backward)}"
