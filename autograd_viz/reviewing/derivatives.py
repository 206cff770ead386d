"""Turunan yang dihitung `torch.autograd.grad` tanpa graf, lalu dipakai di dalam loss."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.events import End
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.facts import Facts, Round, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import with_options


def derivative_without_graph(facts: Facts) -> Iterator[Found]:
    """Turunan masuk ke loss sebagai konstanta, padahal yang diturunkan ikut di loss yang sama."""
    rounds = {one.number: one for one in facts.rounds}
    for at, step in enumerate(facts.steps):
        if not isinstance(step, End) or step.call != "grad" or not any(step.values):
            continue
        first = rounds[step.round]
        for value in step.values:
            found = _used(facts, value, first, at)
            text = statement(facts.data.sources, step.place)
            mend = with_options(text, "grad", ("retain_graph",), create_graph="True")
            if value is None or found is None or not mend or "create_graph=True" in (text or ""):
                continue
            constant, user, later = found
            times = sum(isinstance(one, End) and one.place == step.place for one in facts.steps)
            yield Found(
                f"Turunan `{facts.name(constant)}` dihitung tanpa create_graph=True, lalu dipakai di dalam loss: bagi "
                "backward ia konstanta, jadi gradien lewat turunan itu hilang.",
                (
                    f"di {facts.line(facts.making[user].place)}, `{facts.name(constant)}` masuk sebagai konstanta "
                    f"(norma {number(value.norm)})",
                    f"{facts.line(later.start.place)} melewati lagi operasi yang diturunkan, tetapi tidak melewati "
                    "turunannya",
                    f"dijalankan {times} kali di {facts.line(step.place)}",
                ),
                instead(facts, step.place, mend) if step.place else mend,
                step.place,
            )
            return


def _used(facts: Facts, value: Value | None, first: Round, at: int) -> tuple[int, int, Round] | None:
    """The derivative as a constant, the operation that used it, and the backward that ran through it."""
    if value is None or not value.norm:
        return None
    for constant, node in enumerate(facts.nodes):
        if node.role != "constant" or node.value is None or not _same(value, node.value):
            continue
        for edge in facts.uses.get(constant, ()):
            user = edge.target
            with_it = {one.source for one in facts.inputs.get(user, ())}
            if facts.made.get(user, -1) <= at or with_it & facts.trained or _detached(facts, user):
                continue
            for later in facts.rounds:
                if later.begin > at and user in later.ran and _derived(facts, first) & later.ran.keys():
                    return constant, user, later
    return None


def _derived(facts: Facts, first: Round) -> set[int]:
    """What was differentiated: the root, and what it is made of, as far as it was not what it was derived by."""
    inner = {edge.source for root in first.roots for edge in facts.inputs.get(root, ())}
    return {node for node in inner.union(first.roots) if node in first.ran and not first.ran[node].captured}


def _same(one: Value, other: Value) -> bool:
    return one.shape == other.shape and one.norm == other.norm and one.low == other.low and one.numbers == other.numbers


def _detached(facts: Facts, user: int) -> bool:
    return "detach" in (statement(facts.data.sources, facts.making[user].place) or "")
