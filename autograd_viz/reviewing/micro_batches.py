"""Micro-batch: gradien yang seharusnya dijumlahkan tetapi dihapus di antaranya."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.circumstances import GradCopied
from autograd_viz.recording.events import Accumulate, Forward, ZeroGrad
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import Facts, Round, Step, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.meant import for_itself
from autograd_viz.reviewing.mending import below, removed

SCALING = ("DivBackward0", "MulBackward0")


class Lost(NamedTuple):
    """Micro-batch sebelum satu langkah: backward-backwardnya, dan tempat gradiennya dihapus di antaranya."""

    step: Step
    rounds: list[Round]
    cleared: Place


def micro_batch_cleared(facts: Facts) -> Iterator[Found]:
    """Loss dibagi banyaknya micro-batch, tetapi gradien setiap micro-batch dihapus sebelum langkahnya."""
    copied = {one.leaf for one in facts.seen if isinstance(one, GradCopied)}
    for steps in facts.optimizers.values():
        windows = zip([-1, *(step.at for step in steps)], steps, strict=False)
        lost = [one for since, step in windows if (one := _lost(facts, since, step, copied)) is not None]
        if len(lost) < max(len(steps) - 1, 1) or len({len(one.rounds) for one in lost}) > 1:
            continue  # the first step may have begun before the recording; a step left out now and then is no rhythm
        first = lost[0]
        step, backward, times = first.step.event, first.rounds[0].start.place, len(first.rounds)
        leaf = next(leaf for leaf, grad in pairs(step) if grad and leaf in first.rounds[0].reached)
        yield Found(
            f"Dari {times} micro-batch, {step.optimizer} hanya memakai gradien yang terakhir: gradien yang lain "
            "dihapus sebelum langkahnya.",
            (
                f"{facts.line(backward)} berjalan {times} kali sebelum satu langkah di {facts.line(step.place)}, dan "
                f"loss-nya dibagi {times}",
                f"{facts.line(first.cleared)} berjalan di antara semuanya: .grad `{facts.name(leaf)}` dari micro-batch "
                f"pertama (norma {number(norm(first.rounds[0].reached[leaf].value))}) dibuang",
                f"yang dipakai langkah itu bernorma {number(dict(pairs(step))[leaf])}, sama dengan gradien micro-batch "
                "terakhir saja",
            ),
            _after_the_step(facts, first),
            first.cleared,
        )
        return


def _lost(facts: Facts, since: int, step: Step, copied: set[int]) -> Lost | None:
    """The micro-batches before a step, of which each but the last was cleared unused; their number divides the loss."""
    used = {leaf: grad for leaf, grad in pairs(step.event) if grad}
    rounds = [one for one in facts.rounds if since < one.begin < step.at and used.keys() & one.reached.keys()]
    places = {one.start.place for one in rounds}
    if len(rounds) < 2 or len(places) != 1 or None in places or used.keys() & copied:
        return None
    if any(len(rounds) not in _divisors(facts, one) for one in rounds) or for_itself(facts, rounds[:-1]):
        return None
    clears: list[Place | None] = []
    for one, other in zip(rounds, rounds[1:], strict=False):
        between = facts.steps[one.end : other.begin]
        clears += [step.place for step in between if isinstance(step, ZeroGrad) and _all(step, one, used)][:1]
    last = rounds[-1].reached
    alone = all(_same(used[leaf], last[leaf]) for leaf in used if leaf in last)
    cleared = clears[0] if len(set(clears)) == 1 else None
    return Lost(step, rounds, cleared) if cleared and alone and len(clears) == len(rounds) - 1 else None


def _divisors(facts: Facts, one: Round) -> set[int]:
    """By what the loss was divided, from its root upwards as long as it is only scaled by numbers."""
    found: set[int] = set()
    node = one.roots[0] if len(one.roots) == 1 else None
    while node is not None and facts.nodes[node].op in SCALING and node in facts.making:
        made = facts.making[node]
        given = made.inputs if isinstance(made, Forward) else ()
        numbers = [value.numbers[0] for value in given[1:] if value is not None and value.numbers and not value.shape]
        if len(numbers) != 1 or isinstance(numbers[0], complex) or not numbers[0]:
            break
        size = float(numbers[0]) if facts.nodes[node].op == "DivBackward0" else 1 / float(numbers[0])
        if size > 1 and math.isclose(size, round(size), rel_tol=1e-5):
            found.add(round(size))
        tracked = [edge.source for edge in facts.inputs.get(node, ()) if facts.nodes[edge.source].role != "constant"]
        node = tracked[0] if len(tracked) == 1 else None
    return found


def _all(step: ZeroGrad, one: Round, used: dict[int, float]) -> bool:
    gone = {change.node for change in step.changes if norm(change.before)}
    return all(leaf in gone for leaf in used if leaf in one.reached and norm(one.reached[leaf].value))


def _same(used: float, came: Accumulate) -> bool:
    size = norm(came.value)
    return size is not None and math.isclose(size, used, rel_tol=1e-4)


def _after_the_step(facts: Facts, lost: Lost) -> str:
    step = lost.step.event
    name = optimizer_name(facts, step.place)
    gone = removed(facts, lost.cleared)
    if step.place is None or not name:
        return f"{gone}\n# kosongkan gradiennya sesudah langkah di {facts.line(step.place)} saja"
    return f"{gone}\n{below(facts, step.place, f'{name}.zero_grad()')}"
