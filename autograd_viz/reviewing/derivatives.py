"""Turunan yang dihitung `torch.autograd.grad` tanpa graf, lalu dipakai di dalam loss."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.recording.events import End, Gradient
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.facts import Facts, Round, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.grad_read import grad_read
from autograd_viz.reviewing.lost import Entry, behind, entries, terms
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import with_options

DERIVING = ("grad", "jacobian", "hessian", "hvp", "vhp", "jvp", "vjp")
SUMS = frozenset(f"{name}Backward{digit}" for name in ("Add", "Sub", "Rsub") for digit in range(2))
RESIDUAL = SUMS | {f"{name}LossBackward0" for name in ("Mse", "SmoothL1", "Huber")}


def derivative_without_graph(facts: Facts) -> Iterator[Found]:
    """Turunan masuk ke loss sebagai konstanta, padahal lewat turunan itulah parameternya harus terlatih."""
    found = entries(facts, {"grad", "leaf_grad"})
    for origin, (leaves, entry) in behind(facts, found).items():
        lost: tuple[str, ...] = (
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: jalannya ke loss hanya "
            f"lewat {facts.line(origin.place)}, dan turunan itu tidak punya graf",
        )
        yield from _told(facts, entry, lost)
        return
    for entry in found:
        lost = _constant_term(facts, entry) or _residual(facts, entry)
        if lost:
            yield from _told(facts, entry, lost)
            return


def _told(facts: Facts, entry: Entry, lost: tuple[str, ...]) -> Iterator[Found]:
    if entry.origin.how == "leaf_grad":
        yield from _read_from_leaf(facts, entry, lost)
        return
    text = statement(facts.data.sources, entry.origin.place)
    mends = [with_options(text, name, ("retain_graph",), create_graph="True") for name in DERIVING]
    mend = next((one for one in mends if one), "")
    values = next(
        one.values for one in facts.steps if isinstance(one, End) and one.round == entry.origin.round
    )
    sizes = ", ".join(number(norm(value)) for value in values[:3] if value is not None)
    times = sum(isinstance(one, End) and one.place == entry.origin.place for one in facts.steps)
    yield Found(
        "Turunan dihitung tanpa create_graph=True, lalu dipakai di dalam loss: bagi backward ia konstanta, jadi "
        "gradien lewat turunan itu hilang.",
        (
            f"di {facts.line(facts.making[entry.node].place)} turunan itu (norma {sizes}) masuk sebagai konstanta",
            *lost,
            f"dijalankan {times} kali di {facts.line(entry.origin.place)}",
        ),
        instead(facts, entry.origin.place, mend)
        if mend and entry.origin.place
        else "# tambahkan create_graph=True pada autograd.grad di baris itu",
        entry.origin.place,
    )


def _read_from_leaf(facts: Facts, entry: Entry, lost: tuple[str, ...]) -> Iterator[Found]:
    read = grad_read(facts, entry)
    if read is None:
        return
    times = len({one.number for one in facts.rounds if one.start.place == entry.origin.place})
    yield Found(
        f"`{read.name}` dipakai di dalam loss, padahal isinya diisi backward(): bilangan tanpa graf, jadi gradien "
        "lewat turunan itu hilang.",
        (
            f"{facts.line(entry.origin.place)} mengisinya, {times} kali",
            f"di {facts.line(facts.making[entry.node].place)} isinya masuk sebagai konstanta",
            *lost,
        ),
        read.mend,
        entry.origin.place,
    )


def _constant_term(facts: Facts, entry: Entry) -> tuple[str, ...]:
    """A term of the loss that comes from a derivative of what is trained, and that trains nothing."""
    if not _trained_above(facts, entry.origin.nodes):
        return ()
    for root in entry.later.roots:
        parts = terms(facts, root)
        if entry.node in parts and facts.nodes[entry.node].op in SUMS:
            return (f"di {facts.line(entry.later.start.place)} suku itu hanya bilangan: gradiennya nol",)
        if any(entry.node in facts.above(part) and not _trained_above(facts, (part,)) for part in parts):
            return (f"suku loss itu tidak melatih satu parameter pun pada {facts.line(entry.later.start.place)}",)
    return ()


def _trained_above(facts: Facts, nodes: tuple[int, ...]) -> bool:
    return any(not facts.trained.isdisjoint(facts.above(node)) for node in nodes)


def _residual(facts: Facts, entry: Entry) -> tuple[str, ...]:
    """A derivative that is held against what comes from the same computation, with no layer behind it."""
    if facts.nodes[entry.node].op not in RESIDUAL:
        return ()
    behind_it = (facts.below(entry.node) - {entry.node}) & entry.later.ran.keys()
    if any(edge.source in facts.trained for node in behind_it for edge in facts.inputs.get(node, ())):
        return ()
    wanted = _wanted(facts, entry.origin.round)
    inner = set().union(*map(facts.above, entry.origin.nodes))
    computed = inner & set().union(*map(facts.below, wanted)) - wanted
    partners = [edge.source for edge in facts.inputs.get(entry.node, ()) if facts.nodes[edge.source].role != "constant"]
    shared = [partner for partner in partners if not computed.isdisjoint(facts.above(partner))]
    if not shared or not _trained_above(facts, entry.origin.nodes):
        return ()
    again = facts.line(entry.later.start.place)
    return (f"{again} melewati lagi operasi yang diturunkan, tetapi tidak melewati turunannya",)


def _wanted(facts: Facts, round_: int | None) -> set[int]:
    """What the derivative was asked for; of a backward() the leaves that no optimizer holds."""
    one: Round = next(one for one in facts.rounds if one.number == round_)
    if one.start.call == "backward":
        return set(one.reached) - facts.trained or set(one.reached)
    return {node for node, step in one.ran.items() if isinstance(step, Gradient) and step.captured}
