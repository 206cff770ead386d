"""Lapisan yang dibuat di dalam `forward`: setiap panggilan memakai bobot acak yang baru."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.events import Leaf
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import moved_by_hand
from autograd_viz.reviewing.mending import below, instead, removed
from autograd_viz.reviewing.rewriting import expression, put
from autograd_viz.reviewing.written import parsed

LAYERS = frozenset(
    "Linear Bilinear Embedding Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d BatchNorm1d BatchNorm2d LayerNorm "
    "GroupNorm LSTM GRU RNN LSTMCell GRUCell RNNCell MultiheadAttention TransformerEncoderLayer PReLU Sequential "
    "Parameter".split()
)


class Made(NamedTuple):
    """Satu lapisan yang dibuat di `forward`: pernyataannya, panggilannya, namanya, dan nama barunya di `self`."""

    one: Statement
    call: ast.Call
    name: str
    kept: str


def fresh_layers(facts: Facts) -> Iterator[Found]:
    """Parameter yang lahir di setiap panggilan, mendapat gradien sekali, lalu hilang."""
    made = _made(facts)
    fresh = _fresh(facts, made)
    used = [one for one in made if any(_reads(facts, place, one) for place in fresh)]
    rounds = {at for each in fresh.values() for leaf in each for at, _ in facts.accumulated(leaf)}
    leaves = [leaf for each in fresh.values() for leaf in each]
    if not used or len(rounds) < 2 or not any(_learns_before(facts, leaf) for leaf in leaves):
        return
    first, leaf, count = used[0], leaves[0], len(leaves)
    names = ", ".join(dict.fromkeys(f"`{one.name or ast.unparse(one.call)}`" for one in used))
    yield Found(
        f"{names} dibuat di dalam forward(): setiap panggilan memakai bobot acak yang baru, yang tidak dipegang "
        "optimizer mana pun dan tidak pernah dilatih.",
        (
            f"di {facts.line(first.one.place)} lahir lapisan baru di setiap putaran: {count} daun pada {len(rounds)} "
            "backward, masing-masing hanya dipakai sekali",
            f"gradien sampai di sana (norma {number(norm(facts.accumulated(leaf)[0][1].value))}), tetapi tidak ada "
            "optimizer yang memegangnya",
        ),
        _mend(facts, [_measured(facts, one, fresh) for one in used]),
        first.one.place,
    )


def _made(facts: Facts) -> list[Made]:
    """What torch.nn makes in a method forward of the user's own."""
    found = []
    for one in statements(facts):
        if one.around[-1:] != ("forward",) or len(one.around) < 2 or hasattr(one.node, "body"):
            continue
        target = one.node.targets[0] if isinstance(one.node, ast.Assign) and len(one.node.targets) == 1 else None
        value = getattr(one.node, "value", None)
        for node in ast.walk(one.node):
            kind = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or kind not in LAYERS:
                continue
            if kind == "Parameter" and "self." in ast.unparse(node):
                continue  # what it holds already, wrapped anew: its path is cut, which is another matter
            if isinstance(target, ast.Name) and node is value:
                found.append(Made(one, node, target.id, f"self.{target.id}"))
            elif target is not None and node is value and ast.unparse(target).startswith("self."):
                found.append(Made(one, node, ast.unparse(target), ast.unparse(target)))
            elif any(isinstance(part, ast.Call) and part.func is node for part in ast.walk(one.node)):
                found.append(Made(one, node, "", f"self.lapisan_{len(found) + 1}"))
    return found


def _fresh(facts: Facts, made: list[Made]) -> dict[Place, list[int]]:
    """Leaves that only one backward reaches, that nobody holds or moves, by the statement that first used them."""
    found: dict[Place, list[int]] = {}
    for step in facts.steps if made else ():
        if not isinstance(step, Leaf) or step.place is None or step.node in facts.trained:
            continue
        came = facts.accumulated(step.node)
        if len(came) == 1 and norm(came[0][1].value) and not moved_by_hand(facts, step.node):
            found.setdefault(step.place, []).append(step.node)
    return found


def _reads(facts: Facts, place: Place, made: Made) -> bool:
    if place.source != made.one.place.source:
        return False
    text = statement(facts.data.sources, place) or ""
    if not made.name:
        return place == made.one.place
    inside = any(one.place == place and one.around == made.one.around for one in statements(facts))
    called = f"{made.name}(" in text.replace(" ", "")
    return inside and (called or (_kind(made) == "Parameter" and made.name in _names(text)))


def _kind(made: Made) -> str:
    return ast.unparse(made.call.func).rpartition(".")[2]


def _names(text: str) -> set[str]:
    tree = parsed(text)
    return {ast.unparse(node) for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.expr)}


def _learns_before(facts: Facts, leaf: int) -> bool:
    """Whether something that is trained goes through this layer: it is a part of the model, not noise on the data."""
    users = [edge.target for edge in facts.uses.get(leaf, ())]
    users += [edge.target for user in users for edge in facts.uses.get(user, ())]
    return any(not facts.trained.isdisjoint(facts.above(user)) for user in users)


def _measured(facts: Facts, made: Made, fresh: dict[Place, list[int]]) -> Made:
    """A linear layer with the width it was seen to have, where the program takes that from the data."""
    wide = [leaf for place, leaves in fresh.items() if _reads(facts, place, made) for leaf in leaves]
    shapes = {facts.nodes[leaf].shape for leaf in wide if len(facts.nodes[leaf].shape or ()) == 2}
    given = made.call.args
    if _kind(made) != "Linear" or len(shapes) != 1 or len(given) < 2:
        return made
    if isinstance(given[0], ast.Constant | ast.Attribute):
        return made
    out, width = next(iter(shapes)) or (0, 0)
    call = expression(ast.unparse(made.call))
    assert isinstance(call, ast.Call)
    call.args = [expression(str(width)), expression(str(out)), *call.args[2:]]
    return made._replace(call=call)


def _mend(facts: Facts, made: list[Made]) -> str:
    """Each made once, below the last line of __init__, and used by its name there."""
    around = made[0].one.around[:-1]
    init = [one for one in statements(facts) if one.around == (*around, "__init__")]
    inner = [one for one in init if len(one.body) == min(len(each.body) for each in init)]
    if not inner or any(one.one.around[:-1] != around or not _is_known(facts, one, init) for one in made):
        names = ", ".join(ast.unparse(one.call) for one in made)
        where = " dan ".join(dict.fromkeys(facts.line(one.one.place) for one in made))
        return f"# buat {names} satu kali, di __init__, sebagai atribut self, dan pakai atribut itu di forward();\n" \
               f"# sekarang ia dibuat di {where}"
    lines = "\n".join(f"{one.kept} = {ast.unparse(one.call)}" for one in made)
    told = [below(facts, inner[-1].place, lines)]
    told += [removed(facts, one.one.place) for one in made if one.name]
    gone = {one.one.place for one in made if one.name}
    for other in statements(facts):
        if other.around != made[0].one.around or other.place in gone or hasattr(other.node, "body"):
            continue
        text = new = statement(facts.data.sources, other.place) or ""
        for one in made:
            if one.name == one.kept:
                continue
            old = one.name or (ast.unparse(one.call) if other.place == one.one.place else "")
            new = (put(new, old, one.kept) if old else "") or new
        if new != text:
            told.append(instead(facts, other.place, new))
    return "\n".join(told)


def _is_known(facts: Facts, made: Made, init: list[Statement]) -> bool:
    """Whether what it is made of is known in __init__: numbers, attributes set there, names of the whole file."""
    outside = {
        name.id
        for one in statements(facts)
        if not one.around and not hasattr(one.node, "body")
        for name in ast.walk(one.node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    held = {ast.unparse(target) for one in init if isinstance(one.node, ast.Assign) for target in one.node.targets}
    for node in (*made.call.args, *(word.value for word in made.call.keywords)):
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and ast.unparse(part).startswith("self."):
                if ast.unparse(part) not in held:
                    return False
            elif isinstance(part, ast.Call) and expression(ast.unparse(part.func)) is not None:
                plain = LAYERS | {"ReLU", "Tanh", "Sigmoid", "Dropout"}
                name = ast.unparse(part.func)
                if name.rpartition(".")[2] not in plain and not name.startswith("torch."):
                    return False
            elif isinstance(part, ast.Name) and part.id not in outside | {"self", "nn", "torch", "int"}:
                return False
    return True
