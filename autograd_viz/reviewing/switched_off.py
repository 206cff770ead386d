"""Bagian model yang dihitung di dalam no_grad, padahal optimizer memegang parameternya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_viz.recording.circumstances import Origin
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.detached_part import cut_elsewhere, idle_optimizers
from autograd_viz.reviewing.facts import Facts, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import behind, entries
from autograd_viz.reviewing.meant import moved_by_hand, switched
from autograd_viz.reviewing.mending import lines, removed
from autograd_viz.reviewing.written import function_name

SILENCING = ("no_grad", "inference_mode")


class Switch(NamedTuple):
    """Baris yang mematikan pencatatan, yang dipanggil lewat `called`, dan obatnya."""

    place: Place
    called: tuple[Place, ...]
    mend: str


def switched_off(facts: Facts) -> Iterator[Found]:
    """Parameter yang dipegang optimizer, tetapi hasilnya dihitung tanpa graf dan masuk ke loss sebagai konstanta."""
    told: dict[Place, tuple[Switch, list[int], int]] = {}
    derived = {leaf for leaves, _ in behind(facts, entries(facts, {"grad", "leaf_grad"})).values() for leaf in leaves}
    for origin, (leaves, entry) in behind(facts, entries(facts, {"no_grad"})).items():
        switch = _switch(facts, origin)
        if switch is None or any(switched(facts, one) for one in switch.called):
            continue
        told.setdefault(switch.place, (switch, [], entry.node))[1].extend(leaves)
    for switch, leaves, node in told.values():
        held = sorted(set(leaves) - derived)
        if not held or _meant(facts, held):
            continue
        yield Found(
            f"{facts.names(held)} dipegang optimizer tetapi tidak pernah mendapat gradien: di jalannya ke loss "
            "hasilnya dihitung tanpa graf, di dalam no_grad.",
            (
                f"pencatatan dimatikan di {facts.line(switch.place)}",
                f"yang dihitung di sana masuk sebagai konstanta ke {facts.line(facts.making[node].place)}",
                f".grad {len(held)} parameter itu None di setiap langkah, jadi tidak satu pun bergeser; bila memang "
                "dibekukan, jangan berikan kepada optimizer",
            ),
            "\n".join([switch.mend, *_kept_cut(facts, switch, held)]),
            switch.place,
        )
        return


def _kept_cut(facts: Facts, switch: Switch, leaves: Sequence[int]) -> list[str]:
    """Where the loss of another optimizer reads what now has a graph: cut there, if that can be read."""
    idle = (one for one in idle_optimizers(facts) if {leaf for leaf, _ in pairs(one[0].event)} & set(leaves))
    steps = next(idle, None)
    made = [one for one in statements(facts) if one.place in switch.called and isinstance(one.node, ast.Assign)]
    return (cut_elsewhere(facts, made[0], steps) or []) if steps is not None and len(made) == 1 else []


def _meant(facts: Facts, leaves: Sequence[int]) -> bool:
    """Frozen on purpose: in evaluation mode, loaded, moved by hand, or the twin of what is trained."""
    if facts.calls and not any(one.training for one in facts.calls):
        return True
    if any(moved_by_hand(facts, leaf) for leaf in leaves):
        return True
    words = _words(facts, leaves) - _words(facts, [leaf for leaf in facts.trained if facts.accumulated(leaf)])
    for one in statements(facts):
        for node in ast.walk(one.node) if not hasattr(one.node, "body") else ():
            if isinstance(node, ast.Call) and function_name(node) in ("eval", "load_state_dict"):
                owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
                if owner.rpartition(".")[2] in words:
                    return True
    return all(_has_twin(facts, leaf) for leaf in leaves)


def _words(facts: Facts, leaves: Sequence[int]) -> set[str]:
    """The parts of their names, and the names of the modules that hold them."""
    found = {word for leaf in leaves for word in (facts.nodes[leaf].name or "").split(".")}
    for one in facts.data.circumstances.modules:
        if {held.leaf for held in one.parameters} & set(leaves):
            found |= {one.name, one.called or ""}
    return found


def _has_twin(facts: Facts, leaf: int) -> bool:
    """Whether a trained parameter has its shape and its name but for one part: what a target network copies."""
    path = (facts.nodes[leaf].name or "").split(".")
    for other in facts.trained:
        there = (facts.nodes[other].name or "").split(".")
        if len(there) == len(path) and facts.nodes[other].shape == facts.nodes[leaf].shape and facts.accumulated(other):
            if sum(one != two for one, two in zip(path, there, strict=True)) <= 1:
                return True
    return False


def _switch(facts: Facts, origin: Origin) -> Switch | None:
    """The line that switched the recording off, from the operation outwards to its callers."""
    called: list[Place] = []
    for place in (origin.place, *origin.callers):
        if place is None:
            return None
        called.append(place)
        around = [one for one in statements(facts) if _holds(one.place, place)]
        for one in reversed(around):
            found = _off(facts, one)
            if found is not None:
                return Switch(found[0], (*called, one.place), found[1])
        here = statement_at(facts, place)
        for one in reversed([one for one in statements(facts) if here is not None and _before(one, here)]):
            if here is not None and _sets(one.node, False):
                return Switch(one.place, (*called, one.place), _without_calls(facts, one, here))
            if _sets(one.node, True):
                break
    return None


def _off(facts: Facts, one: Statement) -> tuple[Place, str] | None:
    if isinstance(one.node, ast.With) and any(_silences(item.context_expr) for item in one.node.items):
        rest = [item for item in one.node.items if not _silences(item.context_expr)]
        body = "\n".join(map(ast.unparse, one.node.body))
        if rest:
            body = ast.unparse(ast.With(rest, one.node.body, lineno=0))
        return one.place._replace(end=one.place.line), f"# menggantikan {lines(facts, one.place)}:\n{body}"
    for decorator in getattr(one.node, "decorator_list", ()):
        if _silences(decorator):
            line = one.place.line - one.node.lineno + decorator.lineno
            place = Place(one.place.source, line, line)
            word = ast.unparse(decorator)
            kept = "# yang memang tanpa gradien, misalnya evaluasi, dipanggil di dalam `with torch.no_grad():`"
            return place, f"# hapus {lines(facts, place)}, `@{word}`\n{kept}"
    return None


def _silences(node: ast.expr) -> bool:
    named = node.func if isinstance(node, ast.Call) else node
    name = named.id if isinstance(named, ast.Name) else getattr(named, "attr", "")
    if name == "set_grad_enabled":
        return isinstance(node, ast.Call) and [ast.unparse(one) for one in node.args] == ["False"]
    return name in SILENCING


def _sets(node: ast.stmt, on: bool) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and function_name(call) == "set_grad_enabled"
        and [ast.unparse(one) for one in call.args] == [str(on)]
    )


def _without_calls(facts: Facts, off: Statement, here: Statement) -> str:
    """Both lines go: the one that switches off and the next one that switches on."""
    later = [one for one in statements(facts) if one.body == off.body and one.place.line > here.place.line]
    on = next((one for one in later if _sets(one.node, True)), None)
    return "\n".join(removed(facts, one.place) for one in (off, on) if one is not None)


def _before(one: Statement, here: Statement) -> bool:
    return one.body == here.body and one.place.source == here.place.source and one.place.line < here.place.line


def _holds(outer: Place, inner: Place) -> bool:
    return outer.source == inner.source and outer.line <= inner.line <= outer.end
