"""Loss yang disiarkan: ramalan (N, 1) dibandingkan dengan sasaran (N,)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import Cut, Forward
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import all_pairs
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import expression, rewritten
from autograd_viz.reviewing.written import function_name

PAIRWISE = {f"{name}LossBackward0" for name in ("Mse", "SmoothL1", "Huber", "SoftMargin")}
LINEAR = {"AddmmBackward0", "MmBackward0", "MvBackward0", "LinearBackward0"}


def _ops(names: str) -> frozenset[str]:
    return frozenset(f"{name}Backward{digit}" for name in names.split() for digit in range(3))


ELEMENTWISE = _ops("Squeeze View Select Reshape UnsafeView Sigmoid Tanh Relu Exp Log Softplus Clamp Mul Add Sub Div")
TO_LOSS = _ops("Squeeze View Reshape UnsafeView Mean Sum Pow Abs Sqrt Neg Mul Div Add Sub Where Minimum Maximum Clamp")


def loss_broadcast(facts: Facts) -> Iterator[Found]:
    """Ramalan (N, 1) dibandingkan dengan sasaran (N,): hasilnya (N, N)."""
    for node, step in facts.making.items():
        if node not in facts.ran or not isinstance(step, Forward):
            continue
        shapes = _in_library(facts, node) or _by_hand(facts, node, step)
        if shapes:
            given, other, size = shapes
            yield Found(
                f"Ramalan berbentuk {given} dan sasaran berbentuk {other} disiarkan menjadi ({size}, {size}): setiap "
                "ramalan dibandingkan dengan semua sasaran.",
                (
                    f"di {facts.line(step.place)} selisihnya {size * size} unsur, padahal ramalannya {size}",
                    "gradiennya menarik semua ramalan ke rata-rata sasaran",
                ),
                _squeezed(facts, node, step),
                step.place,
            )
            return


def _squeezed(facts: Facts, node: int, step: Forward) -> str:
    """The statement with its column as a row: the argument of the loss, or the side of the difference."""
    shapes = [one.shape for one in step.inputs if one is not None]
    column = next((at for at, shape in enumerate(shapes[:2]) if shape and len(shape) == 2 and shape[1] == 1), None)
    by_hand = facts.nodes[node].op == "SubBackward0" and not _is_absolute(facts, node)
    if not by_hand:
        column = _stretched(facts, node)

    def change(found: ast.expr) -> ast.expr | None:
        if column is None:
            return None
        if by_hand and isinstance(found, ast.BinOp) and isinstance(found.op, ast.Sub):
            side = "right" if column else "left"
            setattr(found, side, expression(f"({ast.unparse(getattr(found, side))}).squeeze(1)"))
            return found
        if not by_hand and isinstance(found, ast.Call) and _compares(facts, found):
            found.args[column] = expression(f"({ast.unparse(found.args[column])}).squeeze(1)")
            return found
        return None

    new = rewritten(statement(facts.data.sources, step.place), change)
    if step.place is None or not new:
        return f"# samakan bentuk ramalan dan sasaran di {facts.line(step.place)}, misalnya dengan squeeze(1)"
    return instead(facts, step.place, new)


def _stretched(facts: Facts, node: int) -> int | None:
    """Which argument of a loss of torch is the column: the first is the prediction."""
    for edge in facts.inputs.get(node, ()):
        inner = [one.source for one in facts.inputs.get(edge.source, ())]
        shape = facts.nodes[inner[0]].shape if len(inner) == 1 else None
        if facts.nodes[edge.source].op == "ExpandBackward0" and shape is not None:
            return edge.slot if len(shape) == 2 else 1 - edge.slot
    return None


def _compares(facts: Facts, call: ast.Call) -> bool:
    name = function_name(call) or ast.unparse(call.func)
    return len(call.args) >= 2 and ("loss" in name.lower() or name in ("criterion", "MSELoss", "L1Loss"))


def _in_library(facts: Facts, node: int) -> tuple[tuple[int, ...], tuple[int, ...], int] | None:
    """A loss of torch, which stretches both sides before it compares them."""
    if facts.nodes[node].op not in PAIRWISE and not _is_absolute(facts, node):
        return None
    for edge in facts.inputs.get(node, ()):
        found = facts.nodes[edge.source]
        inner = [one.source for one in facts.inputs.get(edge.source, ())]
        if found.op == "ExpandBackward0" and len(inner) == 1:
            before, after = facts.nodes[inner[0]].shape, found.shape
            size = after[0] if after and len(after) == 2 and after[0] == after[1] and after[0] > 1 else 0
            if size and before in ((size, 1), (size,)) and _is_prediction(facts, inner[0], size):
                return before, ((size,) if before == (size, 1) else (size, 1)), size
    return None


def _is_absolute(facts: Facts, node: int) -> bool:
    """The difference inside l1_loss, which is a function of Python: nobody has written `expand` there."""
    line = statement(facts.data.sources, facts.making[node].place) or "expand"
    users = [facts.nodes[edge.target].op for edge in facts.uses.get(node, ())]
    hidden = not any(word in line for word in ("expand", "broadcast", " - ", "abs"))
    return facts.nodes[node].op == "SubBackward0" and users == ["AbsBackward0"] and hidden


def _by_hand(facts: Facts, node: int, step: Forward) -> tuple[tuple[int, ...], tuple[int, ...], int] | None:
    """A difference of a prediction and a constant, all of whose elements go into the loss."""
    shapes = [one.shape for one in step.inputs if one is not None]
    edges = facts.inputs.get(node, ())
    if facts.nodes[node].op != "SubBackward0" or len(shapes) != 2 or len(edges) != 2:
        return None
    size = max(shapes[0][0] if shapes[0] else 0, 0)
    if size < 2 or set(shapes) != {(size, 1), (size,)}:
        return None
    tracked = [edge for edge in edges if facts.nodes[edge.source].role != "constant"]
    if len(tracked) != 1 or not _is_prediction(facts, tracked[0].source, size) or not _goes_to_loss(facts, node):
        return None
    if all_pairs(facts, tracked[0].source):
        return None
    if any(isinstance(one, Cut) and one.value == step.inputs[1 - tracked[0].slot] for one in facts.steps):
        return None  # all pairs of the predictions themselves, one side detached
    given = shapes[tracked[0].slot]
    return given, shapes[1 - tracked[0].slot], size


def _is_prediction(facts: Facts, node: int, size: int) -> bool:
    """Whether it comes from a linear layer of so many rows, one number a row, by steps that keep its elements apart."""
    while facts.nodes[node].op in ELEMENTWISE:
        inner = [edge.source for edge in facts.inputs.get(node, ()) if facts.nodes[edge.source].role == "operation"]
        if len(inner) != 1:
            return False
        node = inner[0]
    found = facts.nodes[node]
    return found.op in LINEAR and (found.shape or ())[:1] == (size,)


def _goes_to_loss(facts: Facts, node: int) -> bool:
    roots = {root for one in facts.rounds for root in one.roots}
    below = facts.below(node) - {node}
    return bool(below & roots) and all(facts.nodes[one].op in TO_LOSS for one in below)
