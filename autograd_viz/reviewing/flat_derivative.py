"""Turunan kedua yang nol di mana-mana: jaringannya terdiri dari potongan lurus."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import End
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement
from autograd_viz.reviewing.facts import Facts, Round, is_zero
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling
from autograd_viz.reviewing.rewriting import expression, operand, rewritten

BENT = {"ThresholdBackwardBackward0": "ReLU", "LeakyReluBackwardBackward0": "LeakyReLU"}
FIRST = {"ReluBackward0", "LeakyReluBackward0"}


def flat_derivative(facts: Facts) -> Iterator[Found]:
    """`autograd.grad` atas turunan pertama selalu memberi nol, sebab aktivasinya ReLU."""
    ends = {one.round: one for one in facts.steps if isinstance(one, End)}
    second: dict[Place, list[Round]] = {}
    for one in facts.rounds:
        place, kinds = one.start.place, {facts.nodes[node].op for node in one.ran}
        if one.start.call == "grad" and place is not None and kinds & BENT.keys():
            second.setdefault(place, []).append(one)
    for place, rounds in second.items():
        results = [value for one in rounds for value in ends[one.number].values]
        if len(rounds) < 2 or not results or not all(map(is_zero, results)):
            continue
        if not any(one.start.call == "backward" and one.begin > rounds[0].end for one in facts.rounds):
            continue
        bends = sorted(node for node in rounds[0].ran if facts.nodes[node].op in BENT)
        name = BENT[facts.nodes[bends[0]].op]
        earlier = [one for one in facts.rounds if one.start.call == "grad" and one.begin <= rounds[0].begin]
        nodes = sorted(node for one in earlier for node in one.ran if facts.nodes[node].op in FIRST)
        made = list(dict.fromkeys(facts.place_of(node) for node in nodes))
        yield Found(
            f"Turunan kedua nol di mana-mana: {name} terdiri dari potongan lurus, jadi lewat turunan itu model "
            "tidak belajar apa pun.",
            (
                f"di {facts.line(place)} hasilnya tepat nol pada {len(rounds)} pemanggilan, untuk semua "
                f"{len(results)} tensor",
                f"yang diturunkan dua kali melewati {len(bends)} {name}",
            ),
            _mend(facts, name, made),
            place,
        )
        return


def _mend(facts: Facts, name: str, made: list[Place | None]) -> str:
    """Tanh in every place of it: where it is called as a function, or where the layers are made."""
    lines = [(one, new) for one in made if one is not None and (new := _smooth(statement(facts.data.sources, one)))]
    if not lines:
        layers: dict[Place, Statement] = {one.place: one for one, _ in calling(facts, name)}
        lines = [
            (place, new) for place in layers if (new := rewritten(statement(facts.data.sources, place), _layer, most=9))
        ]
    if lines:
        return "\n".join(instead(facts, place, new) for place, new in lines)
    return f"# pakai aktivasi yang melengkung, misalnya Tanh, di tempat {name}"


def _layer(node: ast.expr) -> ast.expr | None:
    owner, dot, name = ast.unparse(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
    return expression(f"{owner}{dot}Tanh()") if name in BENT.values() else None


def _smooth(text: str | None) -> str:
    def change(node: ast.expr) -> ast.expr | None:
        inner = operand(node, ("relu", "leaky_relu"))
        return None if inner is None else expression(f"torch.tanh({ast.unparse(inner)})")

    return rewritten(text, change, most=9)
