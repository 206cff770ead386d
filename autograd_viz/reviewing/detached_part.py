"""Optimizer yang seluruh parameternya terpotong dari loss oleh `detach()`, sementara optimizer lain belajar."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from autograd_viz.recording.circumstances import Lost
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, around, statement_at, statements, together
from autograd_viz.reviewing.facts import Facts, Round, Step, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.lost import behind, entries, untouched
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import put, uncut
from autograd_viz.reviewing.written import function_name

HOWS: Mapping[Lost, str] = {"detach": ".detach()", "data": ".data"}


def detached_part(facts: Facts) -> Iterator[Found]:
    """Sebuah optimizer selalu melangkah tanpa gradien, sebab yang dihitung parameternya di-detach sebelum loss."""
    for steps in idle_optimizers(facts):
        own = _own_round(facts, steps)
        cuts = [one for one in entries(facts, set(HOWS)) if one.later == own]
        for origin, (leaves, entry) in behind(facts, cuts).items():
            held = {leaf for leaf, _ in pairs(steps[0].event)}
            if not held & set(leaves) or origin.place is None or switched(facts, origin.place):
                continue
            event = steps[0].event
            yield Found(
                f"{event.optimizer} melangkah {len(steps)} kali tanpa gradien: yang dihitung dari "
                f"{facts.names(leaves)} diputus oleh `{HOWS[origin.how]}` sebelum sampai ke loss-nya.",
                (
                    f"diputus di {facts.line(origin.place)}; hanya isinya yang masuk ke "
                    f"{facts.line(facts.making[entry.node].place)}",
                    f".grad {len(leaves)} parameter itu None di setiap langkah di {facts.line(event.place)}",
                ),
                _mend(facts, origin.place, origin.how, steps),
                origin.place,
            )
            return


def idle_optimizers(facts: Facts) -> list[list[Step]]:
    """Optimizer yang selalu melangkah tanpa gradien, sementara yang lain belajar."""
    idle = set(untouched(facts))
    empty = [
        steps
        for steps in facts.optimizers.values()
        if len(steps) > 1 and {leaf for leaf, _ in pairs(steps[0].event)} <= idle
    ]
    return empty if len(empty) < len(facts.optimizers) else []


def _own_round(facts: Facts, steps: list[Step]) -> Round | None:
    """The first backward that came right before a step of this optimizer: the one of its own loss."""
    before = [one for one in facts.rounds if one.end < steps[0].at and one.start.call == "backward"]
    return max(before, key=lambda one: one.end, default=None)


def _mend(facts: Facts, place: Place, how: Lost, steps: list[Step]) -> str:
    """The cut taken away, and put where the loss of the other optimizer reads the result."""
    cut = statement_at(facts, place)
    new = uncut(statement(facts.data.sources, place), how)
    others = cut_elsewhere(facts, cut, steps) if cut is not None else None
    if not new or others is None:
        return _words(facts, place, how, steps)
    return "\n".join([instead(facts, place, new), *others])


def cut_elsewhere(facts: Facts, made: Statement, steps: list[Step]) -> list[str] | None:
    """Baris yang membaca hasil itu untuk loss optimizer lain, dengan `.detach()`; None bila tidak terbaca."""
    own = _own_round(facts, steps)
    if own is None or not isinstance(made.node, ast.Assign) or len(made.node.targets) != 1:
        return [] if own is not None and made.place == own.start.place else None
    name = ast.unparse(made.node.targets[0])
    told: list[str] = []
    kept = 0
    for one in statements(facts):
        if hasattr(one.node, "body") or not together(facts, one.place, made.place) or one.place == made.place:
            continue
        if not any(ast.unparse(node) == name for node in ast.walk(one.node) if isinstance(node, ast.expr)):
            continue
        mine = _is_for(facts, one, own)
        kept += mine is True
        line = put(statement(facts.data.sources, one.place), name, f"{name}.detach()") if mine is False else ""
        if mine is None or one.place.line < made.place.line or (mine is False and not line):
            return None
        told += [instead(facts, one.place, line)] if line else []
    return told if kept else None


def _is_for(facts: Facts, one: Statement, own: Round) -> bool | None:
    """Whether a statement leads to this backward: the next one in its function, or one in a function it calls."""
    starts = [round_.start.place for round_ in facts.rounds if round_.start.place is not None]
    called = {function_name(node) for node in ast.walk(one.node) if isinstance(node, ast.Call)}
    inside = {place for place in starts if called & set(around(facts, place)[-1:])}
    if len(inside) == 1:
        return inside == {own.start.place}
    after = [place for place in starts if together(facts, place, one.place) and place.line >= one.place.line]
    return min(after, key=lambda place: place.line) == own.start.place if after else None


def _words(facts: Facts, place: Place, how: Lost, steps: list[Step]) -> str:
    optimizer = optimizer_name(facts, steps[0].event.place) or steps[0].event.optimizer
    return (
        f"# loss milik {optimizer} harus memakai hasil di {facts.line(place)} tanpa {HOWS[how]};\n"
        f"# {HOWS[how]} cukup di tempat loss yang lain memakainya"
    )
