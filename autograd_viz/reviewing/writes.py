"""Isi yang berubah di belakang autograd, lewat `.data`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import InPlace
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import statement_at
from autograd_viz.reviewing.facts import MOVING, Facts, differs, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import rounded
from autograd_viz.reviewing.mending import instead, relocated

SLOTS = {  # by what name a node keeps its inputs, and which of them that is
    "self": 0, "input": 0, "other": 1, "mat1": 0, "mat2": 1, "weight": 1, "vec": 1, "tensor": 1, "target": 1,
    "batch1": 0, "batch2": 1,
}  # fmt: skip
SHIFTED = {"AddmmBackward0": {"mat1": 1, "mat2": 2}, "AddmvBackward0": {"mat": 1, "vec": 2}}
SIGN_ONLY = {"ReluBackward0", "LeakyReluBackward0", "ThresholdBackward0"}  # of what they keep, only the sign counts


def data_write(facts: Facts) -> Iterator[Found]:
    """Nilai yang disimpan untuk backward diubah lewat `.data`, yang tidak menaikkan nomor versi."""
    for at, step in enumerate(facts.steps):
        if not isinstance(step, InPlace) or not differs(step.change.before, step.change.after):
            continue
        node = _written(facts, step)
        if node is None:
            continue
        for user in _savers(facts, node):
            made = facts.made.get(user, at)
            later = [one for one in facts.rounds if user in one.ran and one.begin > at]
            if made >= at or not later or not _stays(facts, node, made, later[0].begin):
                continue
            if any(map(norm, later[0].ran[user].values)):
                yield Found(
                    f"Isi `{facts.name(node)}` diubah lewat `.data` sesudah disimpan untuk backward: gradiennya "
                    "dihitung dari angka yang salah, dan tidak ada galat.",
                    (
                        f"disimpan oleh {facts.nodes[user].op} di {facts.line(facts.steps[made].place)}",
                        f"diubah oleh {step.operation} di {facts.line(step.place)}: norma "
                        f"{number(norm(step.change.before))} → {number(norm(step.change.after))}",
                        f"dipakai oleh backward di {facts.line(later[0].start.place)}",
                    ),
                    _in_the_graph(facts, node, step.place, later[0].start.place),
                    step.place,
                )
                return


def _in_the_graph(facts: Facts, node: int, place: Place | None, backward: Place | None) -> str:
    """A parameter is written after its backward; anything else becomes a new tensor, inside the graph."""
    found = statement_at(facts, place)
    if facts.nodes[node].role == "leaf":
        loop = statement_at(facts, found.loop) if found is not None else None
        inside = loop is not None and backward is not None and not loop.place.line <= backward.line <= loop.place.end
        return relocated(facts, loop.place if inside and loop is not None else place, "bawah", backward)
    new = _new_tensor(found.node) if found is not None else ""
    if found is None or not new:
        return f"# buat tensor baru di {facts.line(place)}, tanpa .data"
    return instead(facts, found.place, new)


def _new_tensor(node: ast.stmt) -> str:
    """`y.data[i] = v` as a copy that is written; `y.data.add_(1)` as `y = y.add(1)`."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Subscript) and isinstance(node, ast.Assign):
        name = ast.unparse(target.value).removesuffix(".data")
        return f"{name} = {name}.clone()\n{name}[{ast.unparse(target.slice)}] = {ast.unparse(node.value)}"
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.func.attr.endswith("_"):
        return ""
    name = ast.unparse(call.func.value).removesuffix(".data")
    arguments = ", ".join(ast.unparse(one) for one in (*call.args, *call.keywords))
    return f"{name} = {name}.{call.func.attr[:-1]}({arguments})" if name.replace(".", "").isidentifier() else ""


def _written(facts: Facts, step: InPlace) -> int | None:
    """The node whose content a write changed."""
    return step.through if step.through is not None else _leaf_of(facts, step)


def _stays(facts: Facts, node: int, made: int, begin: int) -> bool:
    """Whether the content is another one in the end: what is put back, as gradcheck does, harms nothing."""
    between = facts.steps[made:begin]
    writes = [step for step in between if isinstance(step, InPlace) and _written(facts, step) == node]
    return differs(writes[0].change.before, writes[-1].change.after) and not rounded(
        writes[0].change.before, writes[-1].change.after
    )


def _leaf_of(facts: Facts, step: InPlace) -> int | None:
    return step.node if step.node is not None and facts.nodes[step.node].role == "leaf" else None


def _savers(facts: Facts, node: int) -> Iterator[int]:
    """The operations that keep the content of a node: itself, and those that it goes into."""
    found = facts.nodes[node]
    if found.op not in SIGN_ONLY and any(one.name == "result" for one in found.saved):
        yield node
    left = [node]
    while left:
        for edge in facts.uses.get(left.pop(), ()):
            user = facts.nodes[edge.target]
            if user.op in MOVING:
                left.append(edge.target)
            elif user.op not in SIGN_ONLY and edge.slot in _kept_slots(user.op, [one.name for one in user.saved]):
                yield edge.target


def _kept_slots(op: str, saved: list[str]) -> set[int]:
    known = {**SLOTS, **SHIFTED.get(op, {})}
    return {known[name] for name in saved if name in known}
