"""Parameter yang dikira beku: bergeser karena .grad yang tertinggal, atau karena yang dipasang atribut biasa."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import NotFrozen
from autograd_viz.recording.source import statement
from autograd_viz.reviewing import parameters
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts, differs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import parsed


def frozen_still_moved(facts: Facts) -> Iterator[Found]:
    """Parameter yang sudah dibekukan, atau dikira begitu, masih digeser optimizer."""
    found = list(parameters.frozen_still_moved(facts))
    yield from found or _by_attribute(facts)


def _by_attribute(facts: Facts) -> Iterator[Found]:
    step = facts.optimizer_steps[-1].event if facts.optimizer_steps else None
    moved = {change.node for change in step.changes if differs(change.before, change.after)} if step else set()
    held = [
        (module.name, one)
        for module in facts.data.circumstances.modules
        for one in module.not_frozen
        if any(parameter.leaf is not None and parameter.leaf in moved for parameter in one.parameters)
    ]
    if not held or step is None:
        return
    attribute = held[0][1].attribute
    same = [(name, one) for name, one in held if one.attribute == attribute]
    asking = {each.leaf for _, one in same for each in one.parameters}
    leaves = sorted(leaf for leaf in asking & moved if leaf is not None)
    setting = [one for one in statements(facts) if _sets(one, attribute)]
    lines = [one for one in setting if _of_module(facts, one, attribute)]
    if not leaves or (setting and not lines) or any(_owner(one) == "self" for one in setting):  # a class's own setting
        return
    only = lines[0] if len(lines) == 1 else None
    told = f"ditulis di {facts.line(only.place)}" if only else "ditulis sebelum langkah itu atau di sumber lain"
    yield Found(
        f"`{attribute} = False` pada {_named(same)} tidak membekukan apa pun: itu hanya atribut biasa, dan "
        f"{facts.names(leaves)} tetap meminta gradien.",
        (told, f"{len(leaves)} parameter itu bergeser di langkah terakhir rekaman, {facts.line(step.place)}"),
        _mend(facts, only),
        only.place if only else step.place,
    )


def _named(held: list[tuple[str, NotFrozen]]) -> str:
    shown = [f"`{one.path or name}`" for name, one in held[:3]]
    return ", ".join(shown) + (f", dan {len(held) - 3} lainnya" if len(held) > 3 else "")


def _sets(one: Statement, attribute: str) -> bool:
    if not isinstance(one.node, ast.Assign) or len(one.node.targets) != 1:
        return False
    target = one.node.targets[0]
    return isinstance(target, ast.Attribute) and target.attr == attribute and ast.unparse(one.node.value) != "True"


def _owner(one: Statement) -> str:
    target = one.node.targets[0] if isinstance(one.node, ast.Assign) else None
    return ast.unparse(target.value) if isinstance(target, ast.Attribute) else ""


def _of_module(facts: Facts, one: Statement, attribute: str) -> bool:
    """Whether it may be the one: not requires_grad of a tensor, which does freeze."""
    owner = _owner(one)
    loop = statement_at(facts, one.loop)
    tensors = isinstance(loop.node, ast.For) and "parameters()" in ast.unparse(loop.node.iter) if loop else False
    tensors = tensors or owner.rpartition(".")[2] in ("weight", "bias", "data")
    return not (attribute == "requires_grad" and tensors)


def _mend(facts: Facts, one: Statement | None) -> str:
    written = parsed(statement(facts.data.sources, one.place)) if one is not None else None
    if one is None or not isinstance(one.node, ast.Assign) or written is None or len(written.body) != 1:
        return "# bekukan dengan .requires_grad_(False), sebuah panggilan, pada modul atau parameternya"
    return instead(facts, one.place, f"{_owner(one)}.requires_grad_({ast.unparse(one.node.value)})")
