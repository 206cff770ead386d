"""Gradien dari graf lama: graf yang dibuat sebelum parameternya digeser, lalu dilewati lagi."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.recording.events import Accumulate, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import together
from autograd_viz.reviewing.facts import Facts, Round, Step, differs, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import above, code, instead
from autograd_viz.reviewing.written import with_options

_MOST = 4  # statements that can be written again as they stand


def stale_graph(facts: Facts) -> Iterator[Found]:
    """Gradien dihitung lewat graf yang dibuat sebelum parameternya digeser, lalu dipakai."""
    for one in facts.rounds:
        for leaf, came in one.reached.items():
            found = _stale(facts, one, leaf, came)
            if found is None:
                continue
            made, moved, used = found
            yield Found(
                f"Gradien `{facts.name(leaf)}` dihitung lewat graf lama: sesudah graf itu dibuat, "
                f"{moved.event.optimizer} sudah menggeser parameternya.",
                (
                    f"graf dibuat di {facts.line(facts.steps[made].place)}",
                    f"parameter digeser di {facts.line(moved.event.place)}: norma "
                    f"{_norms(moved.event, leaf)}",
                    f"backward ke-{one.number + 1} melewati graf itu lagi, dan {facts.line(used.event.place)} memakai "
                    "gradiennya",
                ),
                _anew(facts, one, moved),
                one.start.place,
            )
            return


def _stale(facts: Facts, one: Round, leaf: int, came: Accumulate) -> tuple[int, Step, Step] | None:
    made = [facts.made[part.node] for part in came.parts if part.node in facts.made]
    if not made or not norm(came.value):
        return None
    moved = [step for step in facts.optimizer_steps if max(made) < step.at < one.begin and _moves(step.event, leaf)]
    later = [step for step in facts.optimizer_steps if step.at > one.end]
    used = next((step for step in later if any(held == leaf for held, _ in pairs(step.event))), None)
    if not moved or used is None or not _survives(facts, leaf, one.end, used.at):
        return None
    return max(made), moved[0], used


def _moves(step: OptimizerStep, leaf: int) -> bool:
    return any(change.node == leaf and differs(change.before, change.after) for change in step.changes)


def _norms(step: OptimizerStep, leaf: int) -> str:
    change = next(change for change in step.changes if change.node == leaf)
    return f"{number(norm(change.before))} → {number(norm(change.after))}"


def _survives(facts: Facts, leaf: int, begin: int, end: int) -> bool:
    """Whether nothing clears the gradient of a leaf in between."""
    between = facts.steps[begin:end]
    return not any(
        isinstance(step, ZeroGrad) and any(change.node == leaf for change in step.changes) for step in between
    )


def _anew(facts: Facts, one: Round, moved: Step) -> str:
    """The statements that made the old part, once more above the line that uses it in the same turn."""
    old = {node for node in one.ran if node in facts.made and facts.made[node] < moved.at}
    fresh = {facts.made[edge.target]: edge.target for node in old for edge in facts.uses.get(node, ())
             if facts.made.get(edge.target, -1) > moved.at}  # fmt: skip
    tracked = [node for node in old if not facts.above(node).isdisjoint(one.reached)]
    by_time = sorted(tracked, key=facts.made.__getitem__)
    places = list(dict.fromkeys(facts.making[node].place for node in by_time))
    used = facts.making[fresh[min(fresh)]].place if fresh else None
    codes = [code(facts, place) for place in places]
    head = "# hitung lagi di setiap putaran, sesudah parameternya digeser"
    if used is None or not all(codes) or len(codes) > _MOST or not together(facts, used, *places):
        return f"{head}: " + ", ".join(facts.line(place) for place in places[:_MOST])
    told = [above(facts, used, "\n".join(codes))]
    backward = statement(facts.data.sources, one.start.place)
    if one.start.place is not None and backward and "retain_graph" in backward:
        told.append(instead(facts, one.start.place, with_options(backward, "backward", ("retain_graph",)) or backward))
    return "\n".join(told)
