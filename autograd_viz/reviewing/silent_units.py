"""Operasi yang tidak meneruskan gradien: lapisan yang mati, dan operasi berbentuk tangga."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import Forward, Gradient
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, Round, is_zero, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import only_a_bound
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling, nn
from autograd_viz.reviewing.rewriting import expression, operand, put, rewritten, straight_through

RECTIFIERS = {"ReluBackward0", "ClampBackward0", "ClampBackward1", "ClampMinBackward0", "ClampMaxBackward0",
              "HardtanhBackward0", "ThresholdBackward0"}  # fmt: skip
FLOORS = {"ReluBackward0", "ClampMinBackward0", "ThresholdBackward0"}
STAIRS = {f"{name}Backward0": name.lower() for name in ("Round", "Floor", "Ceil", "Trunc", "Sign", "Bernoulli")}


def dead_units(facts: Facts) -> Iterator[Found]:
    """Sebuah lapisan mati: gradien sampai di sana setiap kali, dan tidak sedikit pun lolos."""
    yield from _blocked(facts, RECTIFIERS, _dead)


def staircase(facts: Facts) -> Iterator[Found]:
    """Operasi berbentuk tangga di jalan ke loss: turunannya nol di mana-mana."""
    yield from _blocked(facts, set(STAIRS), _stair)


def _blocked(facts: Facts, kinds: set[str], tell: object) -> Iterator[Found]:
    least = 1 if kinds <= STAIRS.keys() and facts.most_steps == 1 else 2
    zeros = {leaf: _zeros(facts, leaf, least) for leaf in sorted(facts.trained)}
    quiet = [leaf for leaf in zeros if zeros[leaf]]
    for leaf in quiet:
        below = facts.below(leaf)
        last = [facts.rounds[at] for at, _ in facts.accumulated(leaf)][-zeros[leaf] :]
        walls = [_walls(facts, one, below, kinds) for one in last]
        if not all(walls) or any(only_a_bound(facts, node, leaf) for node in walls[-1]):
            continue
        node = walls[0][0]
        if not _is_in_the_way(facts, leaf, walls, kinds):
            continue
        leaves = [other for other in quiet if node in facts.below(other)]
        yield tell(facts, node, leaves, len(walls))  # type: ignore[operator]
        return


def _zeros(facts: Facts, leaf: int, least: int) -> int:
    """How many of its gradients, to the last one, are exactly zero: all of the least number, or the last three."""
    zeros = [is_zero(one.value) for _, one in facts.accumulated(leaf)]
    run = len(zeros) if False not in zeros else zeros[::-1].index(False)
    return run if run >= 3 or run == len(zeros) >= least else 0


def _walls(facts: Facts, one: Round, below: set[int], kinds: set[str]) -> list[int]:
    return [node for node, step in one.ran.items() if node in below and facts.nodes[node].op in kinds and _stops(step)]


def _stops(step: Gradient) -> bool:
    received = [norm(value) for value in step.values if value is not None]
    sent = [flow.value for flow in step.sent if flow.value is not None]
    return any(received) and bool(sent) and all(map(is_zero, sent))


def _is_in_the_way(facts: Facts, leaf: int, walls: list[list[int]], kinds: set[str]) -> bool:
    """Not the hinge of a loss that has nothing left to ask: what lies behind is trained too, or wants to come back."""
    for nodes in walls:
        for node in nodes:
            behind = facts.below(node) - {node}
            trained = any(edge.source in facts.trained for one in behind for edge in facts.inputs.get(one, ()))
            op = facts.nodes[node].op
            wants = _wants_up(facts, node) if trained and op in FLOORS else _wants_back(facts, node)
            if op not in STAIRS and not wants:
                return False
    return True


def _wants_up(facts: Facts, node: int) -> bool:
    """Whether the gradient asks some element to rise again; a floor that all of them like to stand on is no harm."""
    grads = [value for one in facts.rounds if node in one.ran for value in one.ran[node].values]
    return any(value is not None and value.low is not None and value.low < 0 for value in grads)


def _wants_back(facts: Facts, node: int) -> bool:
    """Whether every element stands at a bound, and the gradient would move it off again."""
    value = facts.result(node)
    steps = [one.ran[node] for one in facts.rounds if node in one.ran]
    grads = [step.values[0] for step in steps if step.values]
    given = facts.making[node].inputs if node in facts.making else ()
    before = given[0] if given else None
    if value is None or before is None or len(grads) != 1 or grads[0] is None:
        return False
    numbers = (value.numbers, before.numbers, grads[0].numbers)
    if any(one is None for one in numbers):
        return False
    for out, into, grad in zip(*numbers, strict=True):  # type: ignore[arg-type]
        if isinstance(out, complex) or isinstance(into, complex) or isinstance(grad, complex):
            return False
        if (into < out and grad >= 0) or (into > out and grad <= 0) or into == out:
            return False
    return True


def _dead(facts: Facts, node: int, leaves: list[int], rounds: int) -> Found:
    step = facts.making.get(node)
    given = step.inputs[0] if isinstance(step, Forward) and step.inputs else None
    name = facts.nodes[node].op.removesuffix("Backward0").removesuffix("Backward1")
    high, low = (number(given.high), number(given.low)) if given is not None else ("?", "?")
    return Found(
        f"Semua unit {name} di lapisan ini mati: gradien sampai di sana, tetapi tidak sedikit pun diteruskan, jadi "
        f"{facts.names(leaves)} tidak belajar.",
        (
            f"di {facts.line(step.place if step else None)} masukannya di antara {low} dan {high}, seluruhnya di "
            "bagian yang turunannya nol",
            f"gradien {len(leaves)} parameter di hulunya tepat nol pada {rounds} backward",
        ),
        _alive(facts, node),
        step.place if step else None,
    )


def _passed(facts: Facts, place: Place | None, names: tuple[str, ...]) -> str:
    """The statement with a straight-through call: used forward, left out backward."""
    new = straight_through(statement(facts.data.sources, place), names)
    if place is None or not new:
        return f"# lewati {names[0]} saat mundur (straight-through): y + ({names[0]}(y) - y).detach()"
    return instead(facts, place, new)


def _alive(facts: Facts, node: int) -> str:
    """A leaky unit where the dead one stands; a clamp lets the gradient through."""
    place = facts.place_of(node)
    text = statement(facts.data.sources, place)
    if not facts.nodes[node].op.startswith("Relu"):
        new = straight_through(text, ("clamp", "clip", "clamp_min", "clamp_max", "hardtanh", "threshold"))
        return instead(facts, place, new) if place is not None and new else _revived(facts, place)
    leaky = f"{nn(facts)}.functional.leaky_relu"

    def change(found: ast.expr) -> ast.expr | None:
        inner = operand(found, ("relu",))
        return None if inner is None else expression(f"{leaky}({ast.unparse(inner)}, 0.01)")

    new = rewritten(text, change)
    if place is not None and new:
        return instead(facts, place, new)
    layers = calling(facts, "ReLU")
    if len(layers) == 1:
        one, call = layers[0]
        made = ast.unparse(call)
        new = put(statement(facts.data.sources, one.place), made, f"{nn(facts)}.LeakyReLU(0.01)")
        if new:
            return instead(facts, one.place, new)
    return _revived(facts, place, facts.nodes[node].module)


def _revived(facts: Facts, place: Place | None, module: str | None = None) -> str:
    where = f"`{module}`" if module else facts.line(place)
    return f"# ganti {where} dengan LeakyReLU atau GELU, kecilkan learning rate, atau periksa bias awalnya"


def _stair(facts: Facts, node: int, leaves: list[int], rounds: int) -> Found:
    step, name = facts.making.get(node), STAIRS[facts.nodes[node].op]
    return Found(
        f"`{name}` berada di jalan ke loss: {'gradien kirimannya' if name == 'bernoulli' else 'turunannya'} nol di "
        f"mana-mana, jadi {facts.names(leaves)} tidak belajar.",
        (
            f"di {facts.line(step.place if step else None)}",
            f"gradien {len(leaves)} parameter di hulunya tepat nol pada {rounds} backward",
        ),
        _passed(facts, step.place if step else None, (name, f"{name}_")),
        step.place if step else None,
    )
