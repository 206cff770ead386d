"""Gradien dari langkah ke langkah: yang tidak dihapus, yang tidak ada, yang dari graf lama, dan yang masih berskala."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.changes import Change
from autograd_viz.recording.circumstances import Scaled
from autograd_viz.recording.events import Accumulate, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.discarded import uncalled
from autograd_viz.reviewing.facts import Facts, Round, Step, differs, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import model_name, optimizer_name

CLIPPING = ("clip_grad_norm_", "clip_grad_value_")


def grad_not_cleared(facts: Facts) -> Iterator[Found]:
    """Langkah optimizer memakai .grad yang di dalamnya masih ada gradien langkah sebelumnya."""
    used: dict[int, float] = {}
    added: dict[int, Accumulate] = {}
    held: dict[int, Value | None] = {}
    first: tuple[Accumulate, OptimizerStep | InPlace] | None = None
    times = 0
    for _, step in facts.story:
        match step:
            case ZeroGrad():
                for change in step.changes:
                    _forget(change.node, used, added)
            case InPlace() if step.grad_of is not None and step.operation not in CLIPPING:
                _forget(step.grad_of, used, added)
            case InPlace() if step.node in held and _descends(step.change, held[step.node]):
                if step.node in added:
                    times += 1
                    first = first or (added[step.node], step)
                used[step.node] = 1.0
            case Accumulate():
                held[step.node] = step.change.after
                before = norm(step.change.before)
                if not before:
                    _forget(step.node, used, added)
                elif step.node in used:
                    added[step.node] = step
            case OptimizerStep():
                mixed = [leaf for leaf, grad in pairs(step) if grad and leaf in added]
                if mixed:
                    times += 1
                    first = first or (added[mixed[0]], step)
                used.update({leaf: grad for leaf, grad in pairs(step) if grad})
    if first is not None:
        came, step = first
        change = came.change
        who = step.optimizer if isinstance(step, OptimizerStep) else "yang Anda tulis sendiri"
        yield Found(
            f"Gradien tidak dihapus di antara dua langkah {who}: yang dipakai adalah jumlah gradien "
            "baru dan gradien yang sudah dipakai.",
            (
                f"di {facts.line(came.place)}, gradien bernorma {number(norm(came.value))} ditambahkan ke .grad "
                f"`{facts.name(came.node)}` yang masih bernorma {number(norm(change.before))}",
                f"{times} langkah memakai .grad seperti itu; yang pertama di {facts.line(step.place)}",
            ),
            "optimizer.zero_grad()   # atau w.grad = None\nloss.backward()\noptimizer.step()",
            came.place,
        )


def _descends(change: Change, grad: Value | None) -> bool:
    """Whether a parameter was moved against its gradient by the user's own line: w -= lr * w.grad."""
    numbers = [None if one is None else one.numbers for one in (change.before, change.after, grad)]
    rates = []
    if any(one is None for one in numbers):
        return False
    for before, after, slope in zip(*numbers, strict=True):
        if isinstance(before, complex) or isinstance(after, complex) or isinstance(slope, complex):
            return False
        moved = before - after
        if abs(slope) > 1e-3 and abs(moved) > 1e-3 * abs(before):
            rates.append(moved / slope)
        elif abs(moved) > 0.1 * abs(before):
            return False
    return bool(rates) and min(rates) > 0 and max(rates) - min(rates) < 0.01 * max(rates)


def _forget(leaf: int | None, *tables: dict[int, object] | dict[int, float] | dict[int, Accumulate]) -> None:
    for table in tables:
        table.pop(leaf, None)  # type: ignore[arg-type]


def step_without_gradient(facts: Facts) -> Iterator[Found]:
    """Setiap langkah sebuah optimizer berjalan tanpa gradien, padahal backward mengirimkannya."""
    for steps in facts.optimizers.values():
        held = [change.node for change in steps[0].event.changes if change.node is not None]
        if len(steps) < 2 or not all(_idle(step.event) for step in steps):
            continue
        arrived = [leaf for leaf in held if any(norm(one.value) for _, one in facts.accumulated(leaf))]
        cleared = [one for one in facts.steps if isinstance(one, ZeroGrad) and _clears(one, arrived)]
        if not arrived or not cleared:
            continue
        step = steps[1].event
        yield Found(
            f"{step.optimizer} melangkah {len(steps)} kali tanpa gradien: .grad kosong setiap kali step() dipanggil, "
            "jadi tidak satu parameter pun bergeser.",
            (
                f"backward mengirim gradien ke {facts.names(arrived)}",
                f"gradien itu dihapus di {facts.line(cleared[0].place)} sebelum {facts.line(step.place)} memakainya",
            ),
            "optimizer.zero_grad()\nloss.backward()\noptimizer.step()   # sesudah backward, sebelum zero_grad "
            "berikutnya",
            step.place,
        )


def _idle(step: OptimizerStep) -> bool:
    empty = all(not grad for _, grad in pairs(step))
    return empty and all(change.before == change.after for change in step.changes)


def _clears(step: ZeroGrad, leaves: list[int]) -> bool:
    return any(change.node in leaves and norm(change.before) for change in step.changes)


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
                "# hitung ulang bagian maju di setiap putaran, sesudah optimizer.step()",
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
                        f"scaler.step({optimizer_name(facts, one.place)})   # bukan step() optimizernya\n"
                        "scaler.update()",
                        one.place,
                    )
                    return


def not_called(facts: Facts) -> Iterator[Found]:
    """Metode yang ditulis tanpa tanda kurung, di tengah pernyataan yang dijalankan."""
    places = {(step.place.source, step.place.line) for step in facts.steps if step.place is not None}
    for number_, source in enumerate(facts.data.sources):
        for text, line, around in uncalled(source):
            if any((number_, other) in places for other in around):
                yield Found(
                    f"`{text}` ditulis tanpa tanda kurung, jadi tidak dijalankan.",
                    (f"baris {line} hanya menyebut metodenya; pernyataan di sekitarnya dijalankan",),
                    f"{text}()",
                    Place(number_, line, line),
                )
                return


def optimizer_anew(facts: Facts) -> Iterator[Found]:
    """Optimizer dibuat lagi setiap putaran, sehingga momentumnya selalu mulai dari nol."""
    steps = [mine[0] for mine in facts.optimizers.values() if len(mine) == 1 and _remembers(mine[0].event)]
    if len(steps) < 3 or len(steps) != len(facts.optimizer_steps):
        return
    first = steps[0].event
    same = {tuple(change.node for change in step.event.changes) for step in steps}
    places = {step.event.place for step in steps}
    if len(same) == len(places) == 1 and len({step.event.turn for step in steps}) == len(steps):
        yield Found(
            f"{len(steps)} langkah memakai {len(steps)} {first.optimizer} yang berbeda: yang diingatnya dari "
            "langkah ke langkah (momentum, rata-rata kuadrat) hilang setiap kali.",
            (f"setiap optimizer melangkah sekali saja, semuanya di {facts.line(first.place)}",),
            f"{optimizer_name(facts, first.place)} = torch.optim.{first.optimizer}({model_name(facts)}.parameters())"
            "   # sekali, sebelum perulangan",
            first.place,
        )


def _remembers(step: OptimizerStep) -> bool:
    if step.optimizer == "LBFGS":  # its many steps inside one step() are what it remembers
        return False
    return step.optimizer != "SGD" or any(term.of == "momentum" for one in step.updates for term in one.terms)
