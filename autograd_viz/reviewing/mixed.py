"""Gradien yang tercampur di antara dua langkah: gradien untuk optimizer lain, dan loss yang terhitung berkali-kali."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.events import Accumulate, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import around, statement_at, together
from autograd_viz.reviewing.facts import Facts, Round, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.mending import above, instead, lines
from autograd_viz.reviewing.written import with_options

ADDING = {"AddBackward0", "AddBackward1"}
CLIPPING = ("clip_grad_norm_", "clip_grad_value_")


class Window(NamedTuple):
    """Satu langkah optimizer dan gradien yang ditambahkan ke daun-daunnya sejak terakhir dihapus."""

    step: OptimizerStep
    came: dict[int, list[Accumulate]]


class Mixed(NamedTuple):
    """Dua backward dalam satu langkah: `own` hanya untuk optimizer itu, `foreign` juga untuk optimizer lain."""

    window: Window
    own: Round
    foreign: Round
    other: OptimizerStep
    shares: tuple[tuple[float, float, float], ...]  # norms of each leaf: of own, of foreign, of both together


def _windows(facts: Facts) -> Iterator[Window]:
    """Every step with what came for it; what a step used before counts no more until it is cleared."""
    came: dict[int, list[Accumulate]] = {}
    spent: set[int] = set()
    for step in facts.steps:
        match step:
            case ZeroGrad():
                for change in step.changes:
                    if change.node is not None:
                        came.pop(change.node, None)
                        spent.discard(change.node)
            case InPlace() if step.grad_of is not None and step.operation not in CLIPPING:
                came.pop(step.grad_of, None)
                spent.discard(step.grad_of)
            case Accumulate():
                if not norm(step.change.before):
                    came[step.node] = []
                    spent.discard(step.node)
                came.setdefault(step.node, []).append(step)
            case OptimizerStep():
                held = [leaf for leaf, grad in pairs(step) if grad]
                yield Window(step, {leaf: list(came.get(leaf, ())) for leaf in held if leaf not in spent})
                spent.update(held)


def other_loss_used(facts: Facts) -> Iterator[Found]:
    """Langkah optimizer memakai juga gradien dari loss yang dibuat untuk optimizer lain."""
    held = {
        owner: {leaf for step in mine for leaf, _ in pairs(step.event)} for owner, mine in facts.optimizers.items()
    }
    found = [one for window in _windows(facts) for one in _mixed(facts, window, held)]
    against = sum(both * both - one * one - other * other for mix in found for one, other, both in mix.shares)
    if not found or against >= 0:
        return
    first = found[0]
    own, foreign, step = first.own, first.foreign, first.window.step
    one, other, _ = (sum(size * size for size in sizes) ** 0.5 for sizes in zip(*first.shares, strict=True))
    cosine = sum(c * c - a * a - b * b for a, b, c in first.shares) / (2 * one * other)
    leaves = [leaf for leaf, came in first.window.came.items() if len(came) == 2]
    yield Found(
        f"{step.optimizer} melangkah dengan gradien dari dua loss: selain loss-nya sendiri, juga loss yang dibuat "
        f"untuk melatih {facts.names(_others(held, first, foreign))}, dan arahnya berlawanan.",
        (
            f"di {facts.line(foreign.start.place)}, backward untuk optimizer lain juga mengisi .grad "
            f"{facts.names(leaves)}",
            f"di {facts.line(own.start.place)}, backward loss sendiri; hasil yang di-detach() di sana dilewati gradien "
            "di backward yang satunya",
            f"keduanya dipakai di {facts.line(step.place)} tanpa dihapus di antaranya: norma {number(one)} dan "
            f"{number(other)}, kosinusnya {number(cosine)}; terjadi pada {len(found)} langkah",
        ),
        _apart(facts, first),
        (own if foreign.number < own.number else foreign).start.place,
    )


def _others(held: dict[int, set[int]], mix: Mixed, foreign: Round) -> list[int]:
    return sorted(leaf for leaf in held[mix.other.number] if leaf in foreign.reached)


def _mixed(facts: Facts, window: Window, held: dict[int, set[int]]) -> Iterator[Mixed]:
    rounds = {one.number: one for one in facts.rounds}
    two = {leaf: came for leaf, came in window.came.items() if len({one.round for one in came}) == len(came) == 2}
    orders = {tuple(one.round for one in came) for came in two.values()}
    if len(orders) != 1:
        return
    for here, there in (next(iter(orders)), tuple(reversed(next(iter(orders))))):
        own, foreign = rounds[here], rounds[there]
        others = [mine for number_, mine in held.items() if number_ != window.step.number]
        if any(not mine.isdisjoint(own.reached) for mine in others) or own.start.place == foreign.start.place:
            continue
        trained = [
            steps[0].event
            for number_, steps in facts.optimizers.items()
            if number_ != window.step.number and not held[number_].isdisjoint(foreign.reached)
        ]
        if len(trained) != 1:
            continue
        freed = any(
            link.source in foreign.ran and any(edge.target in own.ran for edge in facts.uses.get(link.target, ()))
            for link in facts.data.cuts
            if link.how in ("detach", "no_grad") and not held[trained[0].number].isdisjoint(facts.above(link.source))
        )
        if not freed:
            continue
        at = 0 if own.number < foreign.number else 1
        shares = tuple(
            (norm(came[at].value) or 0.0, norm(came[1 - at].value) or 0.0, norm(came[1].change.after) or 0.0)
            for came in two.values()
        )
        if any(a and b for a, b, _ in shares):
            yield Mixed(window, own, foreign, trained[0], shares)


def _apart(facts: Facts, mix: Mixed) -> str:
    """The mend: cleared before its own backward; or the other backward sends only to the leaves it is for."""
    own, foreign = mix.own.start.place, mix.foreign.start.place
    step, others = mix.window.step.place, mix.other.place
    mine, other = optimizer_name(facts, step), optimizer_name(facts, others)
    if mix.foreign.number < mix.own.number and mine and own is not None and together(facts, own, step):
        return above(facts, own, f"{mine}.zero_grad()")
    leaves = f"[p for group in {other}.param_groups for p in group['params']]"
    reached = other and other != mine and _known(facts, other, others, foreign)
    narrowed = with_options(statement(facts.data.sources, foreign), "backward", inputs=leaves) if reached else ""
    if foreign is not None and narrowed:
        return instead(facts, foreign, narrowed)
    return "# lakukan zero_grad(), backward(), dan step() satu optimizer sampai selesai,\n# baru yang berikutnya"


def _known(facts: Facts, optimizer: str, there: Place | None, here: Place | None) -> bool:
    """Whether it goes by this name in both places: an attribute in the methods of a class, a variable in a function."""
    if together(facts, there, here):
        return True
    classes = around(facts, there)[:-1]
    return optimizer.startswith("self.") and bool(classes) and classes == around(facts, here)[:-1]


def counted_again(facts: Facts) -> Iterator[Found]:
    """Jumlah loss yang sedang bertambah di-backward setiap kali, sehingga suku awalnya terhitung berkali-kali."""
    rounds = {one.number: one for one in facts.rounds}
    times = 0
    first: tuple[Window, int, list[Round]] | None = None
    for window in _windows(facts):
        for leaf, came in window.came.items():
            chain = [rounds[one.round] for one in came]
            if len(chain) >= 2 and all(_goes_on(facts, a, b) for a, b in zip(chain, chain[1:], strict=False)):
                times += 1
                first = first if first and len(first[2]) >= len(chain) else (window, leaf, chain)
                break
    if first is None:
        return
    window, leaf, chain = first
    place = chain[-1].start.place
    counts = ", ".join(str(len(chain) - at) for at in range(len(chain)))
    after = norm(window.came[leaf][-1].change.after)
    alone = with_options(statement(facts.data.sources, place), "backward", ("retain_graph",))
    yield Found(
        f"Jumlah loss yang masih bertambah di-backward {len(chain)} kali sebelum satu langkah: suku-sukunya terhitung "
        f"{counts} kali.",
        (
            f"di {facts.line(place)}, akar setiap backward memuat akar backward sebelumnya sebagai suku",
            f".grad `{facts.name(leaf)}` menjumlahkan {len(chain)} backward (norma "
            f"{', '.join(number(norm(one.value)) for one in window.came[leaf])}) menjadi {number(after)}, lalu dipakai "
            f"di {facts.line(window.step.place)}",
            f"terjadi pada {times} langkah",
        ),
        _after_the_loop(facts, place, alone),
        place,
    )


def _after_the_loop(facts: Facts, place: Place | None, alone: str) -> str:
    found = statement_at(facts, place)
    if place is None or found is None or found.loop is None or not alone:
        return "# panggil backward() sekali saja, sesudah semua suku dijumlahkan, tanpa retain_graph"
    loop = statement_at(facts, found.loop)
    where = lines(facts, loop.place if loop is not None else found.loop)
    return f"# pindahkan {lines(facts, place)} ke tepat di bawah perulangan {where}, tanpa retain_graph:\n{alone}"


def _goes_on(facts: Facts, before: Round, after: Round) -> bool:
    """Whether the root of a backward is the root of the one before plus something else."""
    if len(before.roots) != 1 or len(after.roots) != 1 or before.start.place != after.start.place:
        return False
    left, seen = [after.roots[0]], set()
    while left:
        node = left.pop()
        seen.add(node)
        if facts.nodes[node].op in ADDING:
            left += [edge.source for edge in facts.inputs.get(node, ()) if edge.source not in seen]
    return before.roots[0] in seen and before.roots[0] != after.roots[0]
