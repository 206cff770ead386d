"""Sasaran di luar jangkauan aktivasi terakhir: ramalan tidak akan pernah sampai ke sana."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from math import inf

from autograd_viz.graph import Value
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling
from autograd_viz.reviewing.rewriting import bare, rewritten

REACH = {  # the operation → its function, its layer, and what it can give
    "ReluBackward0": ("relu", "ReLU", 0.0, inf),
    "SigmoidBackward0": ("sigmoid", "Sigmoid", 0.0, 1.0),
    "TanhBackward0": ("tanh", "Tanh", -1.0, 1.0),
    "SoftmaxBackward0": ("softmax", "Softmax", 0.0, 1.0),
    "SoftplusBackward0": ("softplus", "Softplus", 0.0, inf),
}
LOSSES = {f"{name}LossBackward0" for name in ("Mse", "SmoothL1", "Huber")}
SQUARED = {"PowBackward0", "AbsBackward0"}
SHARE = 0.25  # of the width of the targets; noise around a bound is less
FAR = 0.9  # the same between two bounds: in another unit, such as pixels up to 255
LAYERS = 4  # the least parameters in front: two layers with their biases


def out_of_reach(facts: Facts) -> Iterator[Found]:
    """Relu, sigmoid, atau tanh terakhir dibandingkan dengan sasaran yang tidak dapat dicapainya."""
    found: dict[Place, list[tuple[int, Value]]] = {}
    seen: dict[Place, int] = {}
    for node in sorted(facts.ran):
        side = _compared(facts, node)
        place = facts.place_of(node)
        if side is None or place is None:
            continue
        last, target = side
        seen[place] = seen.get(place, 0) + 1
        if _beyond(target, *REACH[facts.nodes[last].op][2:]):
            found.setdefault(place, []).append((last, target))
    for place, sides in found.items():
        if len(sides) < 2 or len(sides) < seen[place]:
            continue
        last, target = sides[0]
        name, _, low, high = REACH[facts.nodes[last].op]
        reach = f"tidak pernah di bawah {number(low)}" if high == inf else f"di antara {number(low)} dan {number(high)}"
        yield Found(
            f"Keluaran `{name}` {reach}, padahal sasarannya dari {number(target.low)} sampai {number(target.high)}: "
            "bagian sasaran di luar itu tidak akan pernah tercapai.",
            (
                f"yang terakhir sebelum {facts.line(place)} adalah `{name}` di {facts.line(facts.place_of(last))}",
                f"begitu pada semua {len(sides)} backward; di ujung jangkauannya turunan `{name}` nol atau hampir nol",
            ),
            _mend(facts, last),
            facts.place_of(last) or place,
        )
        return


def _compared(facts: Facts, node: int) -> tuple[int, Value] | None:
    """The bounded activation that a loss takes, and the targets it is held against."""
    op, made = facts.nodes[node].op, facts.making.get(node)
    edges = facts.inputs.get(node, ())
    if op not in LOSSES and not (op == "SubBackward0" and _squared(facts, node)):
        return None
    if made is None or len(edges) != 2 or len(made.inputs) < 2:
        return None
    for edge, other in (edges, edges[::-1]):
        last, target = facts.source(edge.source), made.inputs[other.slot]
        if facts.nodes[last].op in REACH and facts.nodes[other.source].role == "constant" and target is not None:
            if len(facts.trained & facts.above(last)) >= LAYERS:
                return last, target
    return None


def _squared(facts: Facts, node: int) -> bool:
    return any(facts.nodes[edge.target].op in SQUARED for edge in facts.uses.get(node, ()))


def _beyond(target: Value, low: float, high: float) -> bool:
    if target.low is None or target.high is None or not target.finite:
        return False
    over = max(low - target.low, target.high - high)
    share = SHARE if high == inf else FAR
    return over > 0 and over >= share * (target.high - target.low)


def _mend(facts: Facts, node: int) -> str:
    """The statement without it, or the layers without the last one."""
    name, layer = REACH[facts.nodes[node].op][:2]
    place = facts.place_of(node)
    new = bare(statement(facts.data.sources, place), (name,))
    if place is not None and new:
        return instead(facts, place, new)
    lines: dict[Place, str] = {}
    for one, _ in calling(facts, layer):
        text = rewritten(statement(facts.data.sources, one.place), lambda found: _without_last(found, layer))
        if text:
            lines[one.place] = text
    if len(lines) == 1:
        return instead(facts, *next(iter(lines.items())))
    return f"# hapus {name} terakhir, yang hasilnya dibandingkan dengan sasaran, di {facts.line(place)}"


def _without_last(node: ast.expr, layer: str) -> ast.expr | None:
    """A Sequential that ends with this layer, without it."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "Sequential" or not node.args:
        return None
    last = node.args[-1]
    if not isinstance(last, ast.Call) or ast.unparse(last.func).rpartition(".")[2] != layer:
        return None
    node.args = node.args[:-1]
    return node
