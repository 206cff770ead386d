"""Pemotongan yang tidak memotong apa pun: hasilnya dibuang, atau iterator yang diberikan sudah habis."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import Clipped, GradCopied
from autograd_viz.recording.events import Accumulate, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.discarded import discarded_call, in_place
from autograd_viz.reviewing.facts import Facts, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import put
from autograd_viz.reviewing.written import Assigned, assignments, called, function_name, readings


def clamp_discarded(facts: Facts) -> Iterator[Found]:
    """Pemotongan yang membuat tensor baru, yang lalu dibuang."""
    seen = [one for one in facts.seen if isinstance(one, GradCopied)]
    for one in seen:
        call = discarded_call(facts.data.sources, one.place, one.operation)
        if call:
            times = sum(other.place == one.place for other in seen)
            yield Found(
                f"Hasil `{call}` dibuang: {one.operation} tanpa garis bawah membuat tensor baru, dan .grad tetap "
                "seperti semula.",
                (f"dijalankan {times} kali di {facts.line(one.place)}, misalnya pada .grad `{facts.name(one.leaf)}`",),
                _kept(facts, one.place, call),
                one.place,
            )
            return


def _kept(facts: Facts, place: Place | None, call: str) -> str:
    new = put(statement(facts.data.sources, place), call, in_place(call))
    if place is None or not new:
        return f"# di {facts.line(place)} menjadi:\n{in_place(call)}"
    return instead(facts, place, new)


def clip_nothing(facts: Facts) -> Iterator[Found]:
    """Yang diberikan kepada pemotong sebuah iterator yang sudah habis: tidak ada yang dipotong."""
    arrived: dict[int, Accumulate] = {}
    waiting: Clipped | None = None
    for _, one in facts.story:
        match one:
            case Accumulate():
                arrived[one.node] = one
            case ZeroGrad():
                for change in one.changes:
                    arrived.pop(change.node, None)  # type: ignore[arg-type]
            case Clipped():
                waiting = None if one.leaves or not arrived else one
            case OptimizerStep() if waiting is not None:
                used = [(leaf, grad) for leaf, grad in pairs(one) if grad and leaf in arrived]
                source = _emptied(facts, waiting)
                if used and source is not None:
                    largest = max(used, key=lambda pair: pair[1] or 0.0)
                    yield Found(
                        f"{waiting.operation} tidak memotong apa pun: `{source.name}` sebuah iterator yang sudah habis "
                        "dibaca, jadi daftarnya kosong.",
                        (
                            f"di {facts.line(waiting.place)} tidak satu tensor pun diberikan, padahal backward baru "
                            f"mengisi .grad {len(arrived)} parameter",
                            f"{one.optimizer} memakai {len(used)} gradien yang tidak dipotong; yang terbesar, "
                            f"`{facts.name(largest[0])}`, bernorma {number(largest[1])}; batasnya "
                            f"{number(waiting.limit)}",
                        ),
                        instead(facts, source.place, f"{source.name} = list({ast.unparse(source.value)})"),
                        source.place,
                    )
                    return


_ONCE = ("filter", "map", "iter", "chain", "parameters")  # what gives its content only once


def _emptied(facts: Facts, clip: Clipped) -> Assigned | None:
    """Where the program made the iterator that a call of clipping was given."""
    call = called(statement(facts.data.sources, clip.place), clip.operation)
    given = ast.unparse(call.args[0]) if call and call.args else ""
    made = [one for one in assignments(facts.data.sources) if one.name == given]
    alone = len(made) == 1 and readings(facts.data.sources, given) > 1  # someone else has read it to its end
    return made[0] if alone and _once(made[0].value) else None


def _once(value: ast.expr) -> bool:
    return function_name(value) in _ONCE if isinstance(value, ast.Call) else isinstance(value, ast.GeneratorExp)
