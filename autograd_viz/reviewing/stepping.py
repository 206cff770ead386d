"""Langkah optimizer itu sendiri: gradien yang masih berskala, step tanpa tanda kurung, optimizer yang dibuat ulang."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.recording.circumstances import Scaled
from autograd_viz.recording.events import Accumulate, InPlace, OptimizerStep
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import statement_at
from autograd_viz.reviewing.discarded import uncalled
from autograd_viz.reviewing.facts import Facts, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.gradients import CLIPPING
from autograd_viz.reviewing.held_as import building, optimizer_name, scaler_name
from autograd_viz.reviewing.meant import put_back
from autograd_viz.reviewing.mending import code, instead, lines, moved


def scaled_step(facts: Facts) -> Iterator[Found]:
    """Optimizer memakai gradien yang masih dikalikan skala GradScaler."""
    scale: Scaled | None = None
    arrived: set[int] = set()
    for _, one in facts.story:
        match one:
            case Scaled(call="scale"):
                scale, arrived = (one if one.scale > 1 else None), set()
            case Scaled():
                scale = None
            case Accumulate() if scale is not None:
                arrived.add(one.node)
            case InPlace() if one.grad_of is not None and one.operation not in CLIPPING:
                arrived.discard(one.grad_of)
            case OptimizerStep() if scale is not None:
                held = [leaf for leaf, grad in pairs(one) if grad and leaf in arrived]
                if held:
                    size = next(grad for leaf, grad in pairs(one) if leaf == held[0])
                    yield Found(
                        f"{one.optimizer} memakai gradien yang masih dikalikan {number(scale.scale)} oleh GradScaler.",
                        (
                            f"loss dikalikan di {facts.line(scale.place)}",
                            f"norma .grad `{facts.name(held[0])}` {number(size)}, seharusnya "
                            f"{number(size / scale.scale if size else size)}",
                        ),
                        _by_the_scaler(facts, one.place),
                        one.place,
                    )
                    return


def _by_the_scaler(facts: Facts, place: Place | None) -> str:
    scaler, optimizer = scaler_name(facts), optimizer_name(facts, place)
    if not scaler or not optimizer or place is None:
        return "# panggil step() GradScaler dengan optimizer itu, lalu update()-nya, bukan step() optimizernya sendiri"
    updated = any(isinstance(one, Scaled) and one.call == "update" for one in facts.seen)
    return instead(facts, place, f"{scaler}.step({optimizer})" + ("" if updated else f"\n{scaler}.update()"))


def not_called(facts: Facts) -> Iterator[Found]:
    """Metode yang ditulis tanpa tanda kurung, di tengah pernyataan yang dijalankan."""
    places = {(step.place.source, step.place.line) for step in facts.steps if step.place is not None}
    for number_, source in enumerate(facts.data.sources):
        for text, line, around in uncalled(source):
            if any((number_, other) in places for other in around):
                here = Place(number_, line, line)
                yield Found(
                    f"`{text}` ditulis tanpa tanda kurung, jadi tidak dijalankan.",
                    (f"baris {line} hanya menyebut metodenya; pernyataan di sekitarnya dijalankan",),
                    instead(facts, here, f"{text}()"),
                    here,
                )
                return


def optimizer_anew(facts: Facts) -> Iterator[Found]:
    """Optimizer dibuat lagi setiap putaran, sehingga momentumnya selalu mulai dari nol."""
    steps = [mine[0] for mine in facts.optimizers.values() if len(mine) == 1 and _remembers(mine[0].event)]
    if len(steps) < 3 or len(steps) != len(facts.optimizer_steps) or put_back(steps):
        return
    first = steps[0].event
    same = {tuple(change.node for change in step.event.changes) for step in steps}
    places = {step.event.place for step in steps}
    if len(same) == len(places) == 1 and len({step.event.turn for step in steps}) == len(steps):
        yield Found(
            f"{len(steps)} langkah memakai {len(steps)} {first.optimizer} yang berbeda: yang diingatnya dari "
            "langkah ke langkah (momentum, rata-rata kuadrat) hilang setiap kali.",
            (f"setiap optimizer melangkah sekali saja, semuanya di {facts.line(first.place)}",),
            _once(facts, first),
            first.place,
        )


def _remembers(step: OptimizerStep) -> bool:
    if step.optimizer == "LBFGS":  # its many steps inside one step() are what it remembers
        return False
    return step.optimizer != "SGD" or any(term.of == "momentum" for one in step.updates for term in one.terms)


def _once(facts: Facts, step: OptimizerStep) -> str:
    """The line that makes it, moved out of the loop; where a function makes it, in words with that line."""
    made = building(facts, step.number, step.optimizer)
    found = statement_at(facts, made)
    if made is None or found is None or not code(facts, made):
        return f"# buat {step.optimizer} itu sekali saja, sebelum perulangan"
    if found.loop is not None:
        return moved(facts, made, "atas", found.loop)
    function = f"`{found.around[-1]}`" if found.around else "perulangannya"
    return (
        f"# jalankan {lines(facts, made)} sekali saja, sebelum {function} dipanggil berulang-ulang, dan berikan\n"
        f"# optimizernya sebagai argumen:\n{code(facts, made)}"
    )
