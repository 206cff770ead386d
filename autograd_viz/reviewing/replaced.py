"""Optimizer yang memegang tensor lama: modelnya, atau lapisannya, diganti sesudah optimizer dibuat."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.circumstances import FORMER
from autograd_viz.recording.events import OptimizerStep
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, around, statement_at, statements
from autograd_viz.reviewing.call_sites import origin_of, outwards, ways
from autograd_viz.reviewing.facts import Facts, Step, norm, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import born, building, optimizer_name
from autograd_viz.reviewing.mending import lines, moved
from autograd_viz.reviewing.swapped import Line, assigned_lines, given, swapped_lines


class Old(NamedTuple):
    """Tensor lama yang masih dipegang sebuah optimizer, sejak langkah ke-`first` tanpa gradien; `free` penggantinya."""

    steps: list[Step]
    first: int
    leaves: list[int]
    free: list[int]


def other_parameters(facts: Facts) -> Iterator[Found]:
    """Optimizer memegang tensor yang tidak dipakai lagi, sedang parameter model tidak dipegang siapa pun."""
    registered = {one.leaf for module in facts.data.circumstances.modules for one in module.parameters}
    for steps in facts.optimizers.values():
        old = _old(facts, steps, registered)
        if old is None:
            continue
        step = steps[old.first].event
        swapped = swapped_lines(facts, old.free)
        made = building(facts, step.number, step.optimizer)
        since = "sejak itu " if old.first else ""
        yield Found(
            f"{step.optimizer} memegang {len(old.leaves)} tensor yang tidak dipakai model, sedang "
            f"{facts.names(old.free)} mendapat gradien tetapi tidak dipegang optimizer mana pun.",
            (
                f"yang dipegangnya {_paired(facts, old)}",
                f"{len(steps) - old.first} langkah di {facts.line(step.place)}; .grad yang lama {since}selalu kosong",
                _built(facts, step, made),
                *(f"diganti di {facts.line(one.place)}" for one in swapped),
            ),
            _mend(facts, old, swapped, made),
            step.place,
        )
        return


def _built(facts: Facts, step: OptimizerStep, made: Place | None) -> str:
    """Where it was made: seen, or the only such call in the source, or before the recording."""
    if made is not None and born(facts, step.number):
        return f"{step.optimizer} dibuat di {facts.line(made)}"
    only = f"; satu-satunya `{step.optimizer}(...)` di sumbernya ada di {facts.line(made)}" if made is not None else ""
    return f"{step.optimizer} itu dibuat di luar rekaman{only}"


def _paired(facts: Facts, old: Old) -> str:
    pairs_ = zip(old.leaves[:4], old.free[:4], strict=False)
    told = [f"`{facts.name(new)}` yang lama, {facts.nodes[was].shape}" for was, new in pairs_]
    rest = len(old.leaves) - len(told)
    shapes = ", ".join(str(facts.nodes[leaf].shape) for leaf in old.free[:4])
    return ", ".join(told) + (f", dan {rest} lainnya" if rest > 0 else "") + f"; yang dipakai model {shapes}"


def _old(facts: Facts, steps: list[Step], registered: set[int | None]) -> Old | None:
    """What an optimizer holds that the model has no more, and what the model has instead and nobody holds."""
    held = [change.node for change in steps[0].event.changes if change.node is not None]
    tails = {leaf: _tail(steps, leaf) for leaf in held if leaf not in registered}
    idle = {leaf: at for leaf, at in tails.items() if at < len(steps) - (at > 0)}
    if not idle:
        return None
    first = max(idle.values())
    since = _last_moved(facts, idle, steps[first].at)
    free = [
        leaf
        for leaf in sorted(leaf for leaf in registered if leaf is not None)
        if leaf not in facts.trained
        and any(norm(one.value) for at, one in facts.accumulated(leaf) if facts.rounds[at].begin > since)
    ]
    leaves = [leaf for leaf in idle if not _used(facts, leaf, since)]
    free = _successors(facts, leaves, free) or free
    if leaves and free and (_copied(facts, held, leaves, free) or _replaced(facts, leaves, free)):
        return Old(steps, first, leaves, free)
    return None


def _successors(facts: Facts, leaves: list[int], free: list[int]) -> list[int]:
    """Those that stand where the old ones stood; what else is free, no optimizer ever held."""
    former = [(facts.nodes[leaf].name or "").removesuffix(FORMER) for leaf in leaves]
    paths = {one.leaf: one.path for module in facts.data.circumstances.modules for one in module.parameters}
    return [leaf for leaf in free if any(f".{name}".endswith(f".{paths.get(leaf)}") for name in former)]


def _tail(steps: list[Step], leaf: int) -> int:
    """From which step on this optimizer found no gradient there any more."""
    grads = [grad is not None for step in steps for held, grad in pairs(step.event) if held == leaf]
    return len(grads) - (grads[::-1].index(True) if True in grads else len(grads))


def _last_moved(facts: Facts, leaves: dict[int, int], before: int) -> int:
    """When an optimizer, this one or another, last used a gradient of any of them; -1 where none did."""
    moved = [
        step.at
        for step in facts.optimizer_steps
        if step.at < before and any(grad is not None and leaf in leaves for leaf, grad in pairs(step.event))
    ]
    return max(moved, default=-1)


def _used(facts: Facts, leaf: int, since: int) -> bool:
    later = any(facts.made.get(edge.target, -1) > since for edge in facts.uses.get(leaf, ()))
    return later or any(facts.rounds[at].begin > since for at, _ in facts.accumulated(leaf))


def _copied(facts: Facts, held: list[int], leaves: list[int], free: list[int]) -> bool:
    """All that the optimizer holds stands there once more, in use."""
    shapes = [[facts.nodes[leaf].shape for leaf in group] for group in (leaves, free)]
    return len(held) == len(leaves) > 1 and shapes[0] == shapes[1]


def _replaced(facts: Facts, leaves: list[int], free: list[int]) -> bool:
    """What nobody else holds any more, of the same sizes but for the number of rows of a layer that was replaced."""
    if any(FORMER not in (facts.nodes[leaf].name or FORMER) for leaf in leaves):
        return False
    sizes = [[facts.nodes[leaf].shape or () for leaf in group] for group in (leaves, free)]
    return len(leaves) == len(free) and all(
        len(was) == len(new) and was[1:] == new[1:] for was, new in zip(*sizes, strict=True)
    )


def _mend(facts: Facts, old: Old, swapped: list[Line], made: Place | None) -> str:
    """The new layer given to the optimizer, below the line that replaced it, or the call that did."""
    stepping = old.steps[old.first].event.place
    names = [(optimizer_name(facts, stepping), around(facts, stepping))]
    if made is not None:
        names += [(ast.unparse(line.target), line.around) for line in assigned_lines(facts) if line.place == made]
    told = [given(facts, names, line) for line in swapped]
    if not all(told):
        told.clear()
    named = names[0][0]
    known = statement_at(facts, made) if made is not None else origin_of(facts, named, stepping)
    return (
        "\n".join(told)
        or _built_later(facts, made)
        or _called_later(facts, known, swapped)
        or _in_words(facts, old, swapped)
    )


def _called_later(facts: Facts, built: Statement | None, swapped: list[Line]) -> str:
    """The call that makes the optimizer, below the call that replaces the layer, where both stand side by side."""
    for other in outwards(facts, statement_at(facts, swapped[-1].place)) if swapped else ():
        beside = [one for one in ways(facts, built) if one.body == other.body and one.around == other.around]
        earlier = [one for one in beside if one.place < other.place]
        if earlier and len(earlier) == len(beside) and not _needed(facts, earlier[-1], other.place):
            return moved(facts, earlier[-1].place, "bawah", other.place)
    return ""


def _built_later(facts: Facts, made: Place | None) -> str:
    """The optimizer made below the only line that puts another model under the name that it was made from."""
    built = statement_at(facts, made)
    if made is None or built is None:
        return ""
    read = {ast.unparse(node) for node in ast.walk(built.node) if isinstance(node, ast.Name | ast.Attribute)}
    later = [
        line.place
        for line in assigned_lines(facts)
        if ast.unparse(line.target) in read and line.place > made and line.around == built.around
    ]
    if len(later) != 1 or _needed(facts, built, later[0]):
        return ""
    return moved(facts, made, "bawah", later[0])


def _needed(facts: Facts, built: Statement, until: Place) -> bool:
    """Whether a statement before that place reads what this one assigns, so that it cannot move there."""
    names = {ast.unparse(node) for node in ast.walk(built.node) if isinstance(getattr(node, "ctx", None), ast.Store)}
    between = [
        one
        for one in statements(facts)
        if one.place.source == until.source and built.place.end < one.place.line <= until.line
    ]
    return any(
        isinstance(getattr(node, "ctx", None), ast.Load) and ast.unparse(node) in names
        for one in between
        for node in ast.walk(one.node)
    )


def _in_words(facts: Facts, old: Old, swapped: list[Line]) -> str:
    """Words where the names do not reach each other: what is to be given to which optimizer, and when."""
    where = f"sesudah {facts.line(swapped[-1].place)} dijalankan" if swapped else "sesudah modelnya diganti"
    step = old.steps[old.first].event
    return (
        f"# {where}, dan sebelum langkah berikutnya di {lines(facts, step.place) if step.place else 'sana'}:\n"
        f"# buat {step.optimizer} itu lagi dari parameter model yang baru ({facts.names(old.free)}), "
        "dengan pengaturan yang sama"
    )
