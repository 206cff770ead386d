"""Hasil yang ditulis lewat `.data` ke tensor yang dikembalikan `forward`: hitungannya tertinggal di luar graf."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import Cut, InPlace
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import uncut


def written_past(facts: Facts) -> Iterator[Found]:
    """`y.data[...] = f(parameter)`: `y` yang dikembalikan `forward` tidak tahu parameternya."""
    tracked = {step.place for step in facts.steps if isinstance(step, Cut) and step.how == "data"}
    hits: dict[Statement, list[InPlace]] = {}
    for step in facts.steps:
        if isinstance(step, InPlace) and step.node is not None and step.place not in tracked:
            found = statement_at(facts, step.place)
            if found is not None and _returned(facts, found):
                hits.setdefault(found, []).append(step)
    for found, writes in hits.items():
        leaves = sorted({leaf for one in writes for leaf in facts.above(_node(one)) & facts.trained})
        unused = [node for node in map(_node, writes) if node not in facts.ran and node not in facts.uses]
        lost = [facts.above(node) for node in unused]
        mend = uncut(statement(facts.data.sources, found.place), "data")
        if not leaves or len(lost) != len(writes) or not mend:
            continue
        name = _name(found)
        alone = {node for nodes in lost for node in nodes if facts.nodes[node].role == "operation"} - facts.ran.keys()
        if not facts.rounds or not alone:
            continue
        yield Found(
            f"Yang dihitung dari {facts.names(leaves)} ditulis ke `{name}` lewat `.data`, di belakang autograd: "
            f"`{name}` yang dikembalikan tidak membawa graf, jadi backward tidak melewati hitungan itu.",
            (
                f"{len(writes)} kali di {facts.line(found.place)}; `{name}` sendiri tanpa graf",
                f"{len(alone)} operasi yang hanya dipakai tulisan itu tidak dijalankan satu pun dari "
                f"{len(facts.rounds)} backward",
            ),
            instead(facts, found.place, mend),
            found.place,
        )
        return


def _node(one: InPlace) -> int:
    assert one.node is not None
    return one.node


def _name(found: Statement) -> str:
    """`y` of `y.data[...] = …`; empty for any other statement."""
    target = found.node.targets[0] if isinstance(found.node, ast.Assign) and len(found.node.targets) == 1 else None
    data = target.value if isinstance(target, ast.Subscript) else None
    inner = data.value if isinstance(data, ast.Attribute) and data.attr == "data" else None
    return inner.id if isinstance(inner, ast.Name) else ""


def _returned(facts: Facts, found: Statement) -> bool:
    """Whether the tensor that is written is made in this `forward` and given back by it."""
    name = _name(found)
    if not name or found.around[-1:] != ("forward",):
        return False
    same = [one for one in statements(facts) if one.around == found.around and one.place.source == found.place.source]
    made = any(isinstance(one.node, ast.Assign) and ast.unparse(one.node.targets[0]) == name for one in same)
    back = [one.node.value for one in same if isinstance(one.node, ast.Return) and one.node.value is not None]
    read = {node.id for value in back for node in ast.walk(value) if isinstance(node, ast.Name)}
    return made and name in read
