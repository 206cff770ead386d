"""Isi yang berubah di belakang autograd: lewat `.data`, dan EMA yang memegang parameternya sendiri."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import InPlace
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import MOVING, Facts, differs, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.written import called, parsed, with_options

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
                    "y = y + 1            # tensor baru, di dalam graf\n"
                    "with torch.no_grad():\n    w.mul_(0.9)      # atau sesudah backward(), dengan no_grad, "
                    "bukan .data",
                    step.place,
                )
                return


def _written(facts: Facts, step: InPlace) -> int | None:
    """The node whose content a write changed."""
    return step.through if step.through is not None else _leaf_of(facts, step)


def _stays(facts: Facts, node: int, made: int, begin: int) -> bool:
    """Whether the content is another one in the end: what is put back, as gradcheck does, harms nothing."""
    between = facts.steps[made:begin]
    writes = [step for step in between if isinstance(step, InPlace) and _written(facts, step) == node]
    return differs(writes[0].change.before, writes[-1].change.after)


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


def ema_by_reference(facts: Facts) -> Iterator[Found]:
    """Rata-rata bergerak yang memegang parameter itu sendiri, bukan salinannya."""
    scaled: dict[int, InPlace] = {}
    hits: list[tuple[InPlace, InPlace]] = []
    for step in facts.steps:
        if not isinstance(step, InPlace) or step.node is None or step.node not in facts.trained:
            continue
        if step.operation == "mul_":
            scaled[step.node] = step
        elif step.overlaps and step.operation == "lerp_":
            hits.append((step, step))
        elif step.overlaps and step.operation == "add_" and step.node in scaled:
            hits.append((scaled.pop(step.node), step))
    if len(hits) < 2:
        return
    first, second = hits[0]
    assert second.node is not None
    shared = _loaded_by_reference(facts)
    yield Found(
        "Rata-rata bergerak (EMA) ini memegang parameter yang sedang dilatih, bukan salinannya: yang diubah modelnya "
        "sendiri.",
        (
            f"di {facts.line(second.place)} yang diubah dan yang ditambahkan terletak di memori yang sama: "
            f"`{facts.name(second.node)}`",
            f"norma parameter itu {number(norm(first.change.before))} → {number(norm(second.change.after))}, dan "
            f"terjadi {len(hits)} kali",
        ),
        shared[0]
        if shared
        else "ema = copy.deepcopy(model).requires_grad_(False)\n"
        "# atau bayangan = {nama: p.detach().clone() for nama, p in model.named_parameters()}",
        shared[1] if shared else second.place,
    )


def _loaded_by_reference(facts: Facts) -> tuple[str, Place] | None:
    """The only `load_state_dict(other.state_dict(), assign=True)` of the program, mended, and its place."""
    found = []
    for number_, source in enumerate(facts.data.sources):
        tree = parsed(source.text)
        for node in ast.walk(tree) if tree else ():
            text = ast.unparse(node) if isinstance(node, ast.Expr) else ""
            call = called(text, "load_state_dict")
            given = ast.unparse(call.args[0]) if call and call.args else ""
            if isinstance(node, ast.Expr) and given.endswith(".state_dict()") and "assign=True" in text:
                first, last = (source.first - 1 + line for line in (node.lineno, node.end_lineno or node.lineno))
                found.append((with_options(text, "load_state_dict", ("assign",)), Place(number_, first, last)))
    return found[0] if len(found) == 1 else None
