"""`nll_loss` atas yang bukan log-peluang: logaritma sebuah peluang tidak pernah di atas nol."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import terms
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling
from autograd_viz.reviewing.rewriting import expression, rewritten

LOSSES = {"NllLossBackward0", "NllLoss2DBackward0"}
FUNCTIONS = {"nll_loss": "cross_entropy", "NLLLoss": "CrossEntropyLoss"}
ABOVE = 1e-3  # the logarithm of a rounded 1 stands a little above zero at most


def log_missing(facts: Facts) -> Iterator[Found]:
    """`nll_loss` diberi logits: nilainya di atas nol, dan loss-nya turun tanpa batas."""
    parts = {node for one in facts.rounds for root in one.roots for node in terms(facts, root)}
    nodes = [node for node in sorted(parts & facts.ran.keys()) if facts.nodes[node].op in LOSSES]
    given = [facts.making[node].inputs[0] for node in nodes if node in facts.making and facts.making[node].inputs]
    ranges = [(one.low, one.high) for one in given if one is not None and one.finite]
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    before = {facts.nodes[facts.source(edge.source)].op for node in nodes for edge in facts.inputs.get(node, ())}
    if not nodes or len(highs) < len(nodes) or max(highs) < ABOVE or facts.trained.isdisjoint(facts.above(nodes[0])):
        return
    if before & {"LogSoftmaxBackward0", "SoftmaxBackward0"}:
        return
    place = facts.making[nodes[0]].place
    yield Found(
        f"`nll_loss` mengharapkan log-peluang, yang tidak pernah di atas nol, tetapi masukannya sampai "
        f"{number(max(highs))}: yang diberikan logits.",
        (
            f"di {facts.line(place)} masukannya di antara {number(min(lows))} dan {number(max(highs))}",
            f"{sum(high > ABOVE for high in highs)} dari {len(nodes)} kali di atas nol; loss seperti itu turun tanpa "
            "batas hanya dengan memperbesar nilainya",
        ),
        _mend(facts, place),
        place,
    )


def _mend(facts: Facts, place: Place | None) -> str:
    """The loss that takes logits, in this statement or where its layer is made."""
    new = rewritten(statement(facts.data.sources, place), _with_logits)
    if place is not None and new:
        return instead(facts, place, new)
    made = calling(facts, "NLLLoss")
    line = rewritten(statement(facts.data.sources, made[0][0].place), _with_logits) if len(made) == 1 else ""
    if line:
        return instead(facts, made[0][0].place, line)
    return f"# pakai cross_entropy, yang menghitung log_softmax sendiri, di {facts.line(place)}"


def _with_logits(node: ast.expr) -> ast.expr | None:
    owner, dot, name = ast.unparse(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
    if name not in FUNCTIONS or not isinstance(node, ast.Call):
        return None
    node.func = expression(f"{owner}{dot}{FUNCTIONS[name]}")
    return node
