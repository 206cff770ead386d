"""Optimizer yang seluruh parameternya terpotong dari loss oleh `detach()`, sementara optimizer lain belajar."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from autograd_viz.recording.circumstances import Lost
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statement_at, statements, together
from autograd_viz.reviewing.facts import Facts, Step, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.lost import behind, entries, untouched
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import put, uncut

HOWS: Mapping[Lost, str] = {"detach": ".detach()", "data": ".data"}


def detached_part(facts: Facts) -> Iterator[Found]:
    """Sebuah optimizer selalu melangkah tanpa gradien, sebab yang dihitung parameternya di-detach sebelum loss."""
    idle = set(untouched(facts))
    empty = [
        steps
        for steps in facts.optimizers.values()
        if len(steps) > 1 and {leaf for leaf, _ in pairs(steps[0].event)} <= idle
    ]
    if not empty or len(empty) == len(facts.optimizers):
        return
    for origin, (leaves, entry) in behind(facts, entries(facts, set(HOWS))).items():
        steps = next((one for one in empty if {leaf for leaf, _ in pairs(one[0].event)} & set(leaves)), None)
        if steps is None or origin.place is None or switched(facts, origin.place):
            continue
        event = steps[0].event
        yield Found(
            f"{event.optimizer} melangkah {len(steps)} kali tanpa gradien: yang dihitung dari {facts.names(leaves)} "
            f"diputus oleh `{HOWS[origin.how]}` sebelum sampai ke loss mana pun.",
            (
                f"diputus di {facts.line(origin.place)}; hanya isinya yang masuk ke "
                f"{facts.line(facts.making[entry.node].place)}",
                f".grad {len(leaves)} parameter itu None di setiap langkah di {facts.line(event.place)}",
            ),
            _mend(facts, origin.place, origin.how, steps),
            origin.place,
        )
        return


def _mend(facts: Facts, place: Place, how: Lost, steps: list[Step]) -> str:
    """The cut taken away, and put where the loss of the other optimizer reads the result."""
    cut = statement_at(facts, place)
    new = uncut(statement(facts.data.sources, place), how)
    if cut is None or not new or not isinstance(cut.node, ast.Assign) or len(cut.node.targets) != 1:
        return _words(facts, place, how, steps)
    name = ast.unparse(cut.node.targets[0])
    told = [instead(facts, place, new)]
    kept = 0
    for one in statements(facts):
        if hasattr(one.node, "body") or not together(facts, one.place, place) or one.place == place:
            continue
        if not any(ast.unparse(node) == name for node in ast.walk(one.node) if isinstance(node, ast.expr)):
            continue
        mine = _is_for(facts, one, steps)
        kept += mine is True
        line = put(statement(facts.data.sources, one.place), name, f"{name}.detach()") if mine is False else ""
        if mine is None or one.place.line < place.line or (mine is False and not line):
            return _words(facts, place, how, steps)
        told += [instead(facts, one.place, line)] if line else []
    return "\n".join(told) if kept else _words(facts, place, how, steps)


def _is_for(facts: Facts, one: Statement, steps: list[Step]) -> bool | None:
    """Whether the next backward in that function is the one before a step of this optimizer; None if there is none."""
    starts = {
        round_.start.place.line: at
        for at, round_ in enumerate(facts.rounds)
        if round_.start.place is not None and together(facts, round_.start.place, one.place)
    }
    line = min((line for line in starts if line >= one.place.line), default=None)
    if line is None:
        return None
    last = max((round_ for round_ in facts.rounds if round_.end < steps[-1].at), key=lambda found: found.end)
    return last.start.place is not None and last.start.place.line == line


def _words(facts: Facts, place: Place, how: Lost, steps: list[Step]) -> str:
    optimizer = optimizer_name(facts, steps[0].event.place) or steps[0].event.optimizer
    return (
        f"# loss milik {optimizer} harus memakai hasil di {facts.line(place)} tanpa {HOWS[how]};\n"
        f"# {HOWS[how]} cukup di tempat loss yang lain memakainya"
    )
