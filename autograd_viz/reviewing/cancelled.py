"""Selisih yang selalu nol: kedua sisinya tensor yang sama, beserta grafnya, jadi gradiennya saling meniadakan."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.operations.notation import number_text
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, is_zero, norm
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import assigned
from autograd_viz.reviewing.rewriting import expression, rewritten

DIFFERENCE = "SubBackward0"
LOSSES = {f"{name}LossBackward0" for name in ("Mse", "SmoothL1", "Huber")}
MEASURING = LOSSES | {"ExpBackward0", "PowBackward0", "AbsBackward0", "ReluBackward0"}  # what asks how far apart


def own_difference(facts: Facts) -> Iterator[Found]:
    """Sebuah ramalan dikurangi dirinya sendiri, dengan graf di kedua sisi, di setiap putaran."""
    found: dict[Place, list[int]] = {}
    for node, step in facts.making.items():
        if step.place is not None and facts.nodes[node].op in LOSSES | {DIFFERENCE} and node in facts.ran:
            found.setdefault(step.place, []).append(node)
    for place, nodes in found.items():
        here = [node for node in nodes if _cancels(facts, node)]
        if len(here) < 2 or len(here) < len(nodes):
            continue
        node = here[0]
        one, other = (edge.source for edge in facts.inputs[node])
        alone = facts.source(one) == facts.source(other)
        same = "tensor yang sama" if alone else "dua hitungan yang isinya sama"
        yield Found(
            f"Di baris itu yang dibandingkan {same}, dan kedua sisinya membawa graf: nilainya selalu nol, dan gradien "
            "kedua sisi saling meniadakan.",
            (
                f"{facts.line(place)} menghasilkan nol di semua {len(here)} putaran, padahal masukannya bernorma "
                f"{number_text(norm(facts.result(one)) or 0.0)}",
                f"lewat baris itu {_upstream(facts, node)} tidak mendapat gradien apa pun",
            ),
            _mend(facts, place, facts.nodes[node].op),
            place,
        )
        return


def _cancels(facts: Facts, node: int) -> bool:
    """Whether both sides are one tensor, or two of the same content from what is trained, and something asks for it."""
    edges = facts.inputs.get(node, ())
    if len(edges) != 2 or not is_zero(facts.result(node)):
        return False
    sides = [edge.source for edge in edges]
    if any(facts.nodes[one].role != "operation" or facts.trained.isdisjoint(facts.above(one)) for one in sides):
        return False
    if any(not norm(facts.result(one)) for one in sides) or edges[0].output != edges[1].output:
        return False
    if facts.above(sides[0]) & facts.trained != facts.above(sides[1]) & facts.trained:
        return False  # twins that are still alike: each of them gets a gradient of its own
    uses = {facts.nodes[edge.target].op for edge in facts.uses.get(node, ())}
    return facts.nodes[node].op in LOSSES or bool(uses & MEASURING)


def _upstream(facts: Facts, node: int) -> str:
    return facts.names(sorted(facts.above(node) & facts.trained))


def _mend(facts: Facts, place: Place, op: str) -> str:
    text = statement(facts.data.sources, place)

    def change(node: ast.expr) -> ast.expr | None:
        if op != DIFFERENCE or not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
            return None
        sides = [ast.unparse(node.left), ast.unparse(node.right)]
        held = 0 if _is_alias(facts, *sides) else 1
        sides[held] = f"{sides[held]}.detach()" if sides[held].isidentifier() else f"({sides[held]}).detach()"
        return expression(" - ".join(sides))

    new = rewritten(text, change)
    if new:
        return instead(facts, place, new)
    return f"# bandingkan dengan sasarannya, atau dengan nilai lama yang sudah di-detach(), di {facts.line(place)}"


def _is_alias(facts: Facts, name: str, other: str) -> bool:
    """Whether the first was given by the statement `name = other`."""
    return any(isinstance(one.node, ast.Assign) and ast.unparse(one.node.value) == other
               for one in assigned(facts, name))  # fmt: skip
