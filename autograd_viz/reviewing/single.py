"""Softmax di sumbu yang hanya berisi satu unsur: keluarannya selalu 1, apa pun masukannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, is_zero, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.losses import is_classified
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling
from autograd_viz.reviewing.rewriting import expression, operand, put, rewritten

SOFT = {"SoftmaxBackward0": "softmax", "LogSoftmaxBackward0": "log_softmax"}
LAYERS = {  # the operation → what may be made once in the program, and what takes its place
    "SoftmaxBackward0": {"Softmax": "Sigmoid"},
    "LogSoftmaxBackward0": {"CrossEntropyLoss": "BCEWithLogitsLoss", "LogSoftmax": "LogSigmoid"},
}


def softmax_single(facts: Facts) -> Iterator[Found]:
    """Peluang satu-satunya kelas selalu 1, jadi tidak ada yang belajar."""
    for node, step in facts.making.items():
        found = facts.nodes[node]
        rounds = [facts.rounds[at] for at in facts.ran.get(node, ())]
        if found.op not in SOFT or not _is_single(facts, node) or not rounds:
            continue
        learning = [one for one in facts.rounds if facts.trained & one.reached.keys()]
        if len(learning) < 2 or any(norm(one.value) for each in learning for one in each.reached.values()):
            continue  # something else learns: one key, one expert, or one action may be all there is this time
        came = next((value for value in rounds[0].ran[node].values if norm(value)), None)
        if facts.nodes[node].op == "LogSoftmaxBackward0" and is_classified(facts, node):
            continue  # the only class there can be
        if came is None or not all(is_zero(flow.value) for flow in rounds[0].ran[node].sent if flow.value is not None):
            continue
        name = SOFT[found.op]
        always = "1" if name == "softmax" else "0"
        yield Found(
            f"`{name}` dihitung di sumbu yang hanya berisi satu unsur: keluarannya selalu {always}, apa pun "
            "masukannya, jadi tidak satu parameter pun belajar.",
            (
                f"di {facts.line(step.place)} bentuknya {found.shape}; jumlah di sumbu itu harus 1, dan unsurnya satu",
                f"gradien bernorma {number(norm(came))} sampai di sana, dan yang diteruskannya tepat nol",
                f"gradien semua parameter nol pada {len(learning)} backward",
            ),
            _mend(facts, step.place, found.op),
            step.place,
        )
        return


def _is_single(facts: Facts, node: int) -> bool:
    shape, dim = facts.nodes[node].shape, dict(facts.nodes[node].attributes).get("dim", "")
    if not shape or len(shape) < 2 or not dim.lstrip("-").isdecimal():
        return False
    return shape[int(dim)] == 1


def _mend(facts: Facts, place: Place | None, op: str) -> str:
    """A sigmoid in its place, and the loss of one logit in place of that of many."""
    for name, new in LAYERS[op].items():
        layers = calling(facts, name)
        if len(layers) == 1:
            one, call = layers[0]
            made, owner = ast.unparse(call), ast.unparse(call.func).removesuffix(name)
            alone = name != "CrossEntropyLoss" or not (call.args or call.keywords)
            line = put(statement(facts.data.sources, one.place), made, f"{owner}{new}()") if alone else ""
            if line:
                return instead(facts, one.place, line)
    line = rewritten(statement(facts.data.sources, place), _change)
    if place is not None and line:
        return instead(facts, place, line)
    return f"# satu keluaran: pakai sigmoid, bukan softmax, di {facts.line(place)}"


def _change(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "cross_entropy":
        owner = ast.unparse(node.func).removesuffix("cross_entropy")
        given = ", ".join(ast.unparse(one) for one in node.args)
        return None if node.keywords else expression(f"{owner}binary_cross_entropy_with_logits({given})")
    name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    inner = operand(node, ("softmax", "log_softmax"))
    if inner is None:
        return None
    given = ast.unparse(inner)
    plain = given if isinstance(inner, ast.Name | ast.Attribute | ast.Call) else f"({given})"
    return expression(f"torch.nn.functional.logsigmoid({given})" if name == "log_softmax" else f"{plain}.sigmoid()")
