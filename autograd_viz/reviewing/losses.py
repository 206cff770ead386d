"""Loss yang bukan yang dimaksud: tanpa graf, yang diberi softmax dua kali, yang dinormalkan di sumbu lain."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead, removed
from autograd_viz.reviewing.naming import assigned, calling
from autograd_viz.reviewing.rewriting import COPIES, bare, expression, put, rewritten, uncut
from autograd_viz.reviewing.written import function_name, parsed

TWICE = {  # the operation of the loss → what must not stand before it, how it is called, and the least loss for one row
    "LogSoftmaxBackward0": ("SoftmaxBackward0", "softmax", "cross_entropy"),
    "BinaryCrossEntropyWithLogitsBackward0": ("SigmoidBackward0", "sigmoid", "binary_cross_entropy_with_logits"),
    "NllLossBackward0": ("SoftmaxBackward0", "softmax", "nll_loss"),
}


def softmax_twice(facts: Facts) -> Iterator[Found]:
    """Peluang diberikan kepada loss yang mengharapkan logits."""
    for node, step in facts.making.items():
        op = facts.nodes[node].op
        if op not in TWICE or node not in facts.ran:
            continue
        before, name, loss = TWICE[op]
        edges = [edge for edge in facts.inputs.get(node, ()) if edge.slot == 0]
        if not edges or facts.nodes[facts.source(edges[0].source)].op != before:
            continue
        if op == "LogSoftmaxBackward0" and not is_classified(facts, node):
            continue
        wanted = "log-peluang (log_softmax)" if loss == "nll_loss" else "logits"
        yield Found(
            f"`{loss}` mengharapkan {wanted}, tetapi diberi keluaran {name}.",
            (f"{name} dihitung sebelum {facts.line(step.place)}", _bound(facts, node, loss)),
            _without(facts, facts.source(edges[0].source), step.place, name, loss),
            step.place,
        )
        return


def _without(facts: Facts, node: int, place: Place | None, name: str, loss: str) -> str:
    """The statement that computes it, without it; nll_loss wants its logarithm instead."""
    made = facts.making[node].place if node in facts.making else place
    text = statement(facts.data.sources, made)
    new = put(text, *_logarithm(text, name)) if loss == "nll_loss" else bare(text, (name,))
    if new and made is not None:
        return instead(facts, made, new)
    layer = {"softmax": "Softmax", "sigmoid": "Sigmoid"}[name]
    found = calling(facts, layer)
    if len(found) == 1:
        one, call = found[0]
        line = statement(facts.data.sources, one.place)
        if loss == "nll_loss":
            new = put(line, *_logarithm(line, layer))
            return instead(facts, one.place, new) if new else _words(facts, place, name, loss)
        new = _dropped(line, ast.unparse(call))
        if new:
            return instead(facts, one.place, new)
        uses = _uses(facts, one, call)
        if len(uses) == 1:
            return instead(facts, *uses[0])
    return _words(facts, place, name, loss)


def _uses(facts: Facts, made: Statement, call: ast.Call) -> list[tuple[Place, str]]:
    """The statements that call the layer kept under a name, `self.prob(z)`, with `z` alone."""
    node = made.node
    if not isinstance(node, ast.Assign) or node.value is not call:
        return []
    name = ast.unparse(node.targets[0])

    def change(found: ast.expr) -> ast.expr | None:
        called = isinstance(found, ast.Call) and ast.unparse(found.func) == name and found.args
        return found.args[0] if isinstance(found, ast.Call) and called else None

    told = []
    for one in statements(facts):
        new = "" if hasattr(one.node, "body") else rewritten(statement(facts.data.sources, one.place), change)
        told += [(one.place, new)] if new else []
    return told


def _words(facts: Facts, place: Place | None, name: str, loss: str) -> str:
    kind = f"pakai log_{name}" if loss == "nll_loss" else f"hitung tanpa {name}"
    return f"# {kind} pada yang diberikan kepada {loss} di {facts.line(place)}"


def _logarithm(text: str | None, name: str) -> tuple[str, str]:
    """A call of softmax and the same call of log_softmax."""
    tree = parsed(text)
    new = {"softmax": "log_softmax", "Softmax": "LogSoftmax"}.get(name, name)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and function_name(node) == name:
            old = ast.unparse(node)
            return old, old.replace(f"{name}(", f"{new}(", 1) if old.count(f"{name}(") == 1 else ""
    return "", ""


def _dropped(text: str | None, call: str) -> str:
    """The statement without this argument of a Sequential."""

    def change(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.Call) or call not in [ast.unparse(one) for one in node.args]:
            return None
        node.args = [one for one in node.args if ast.unparse(one) != call]
        return node

    return rewritten(text, change)


def is_classified(facts: Facts, node: int) -> bool:
    """Apakah nll_loss membaca hasil log_softmax itu."""
    users = [facts.nodes[edge.target].op for edge in facts.uses.get(node, ())]
    return any(op.startswith("NllLoss") for op in users)


def _bound(facts: Facts, node: int, loss: str) -> str:
    shape = facts.nodes[node].shape
    if loss == "nll_loss":
        return "nilainya menjadi −p, di antara −1 dan 0, dan gradiennya mengecil di dekat 0 dan 1"
    if loss == "cross_entropy" and shape and len(shape) == 2:
        return (
            f"masukannya terkurung di antara 0 dan 1, jadi dengan {shape[1]} kelas loss tidak dapat turun di bawah "
            f"{number(math.log(1 + (shape[1] - 1) / math.e))}"
        )
    return (
        f"masukannya terkurung di antara 0 dan 1, jadi loss satu contoh tidak dapat turun di bawah "
        f"{number(math.log(1 + math.exp(-1)))}"
    )


def softmax_axis(facts: Facts) -> Iterator[Found]:
    """log_softmax sepanjang batch, sedang nll_loss membaca kelas di sumbu kedua."""
    for node, step in facts.making.items():
        found = facts.nodes[node]
        if found.op not in ("LogSoftmaxBackward0", "SoftmaxBackward0") or node not in facts.ran:
            continue
        rows = found.shape[0] if found.shape and len(found.shape) == 2 else 0
        if rows > 1 and dict(found.attributes).get("dim") == "0" and is_classified(facts, node):
            yield Found(
                f"Softmax dihitung di sumbu 0, yaitu di antara {rows} contoh satu batch; loss-nya membaca kelas "
                "di sumbu 1.",
                (f"keluaran {found.shape} dari {facts.line(step.place)} tidak berjumlah 1 untuk setiap contoh",),
                other_axis(facts, step.place),
                step.place,
            )
            return


def other_axis(facts: Facts, place: Place | None, axis: str = "1", wrong: int = 0) -> str:
    """Panggilan itu dengan sumbu yang benar: di pernyataan itu, atau di tempat lapisannya dibuat."""
    for name in ("log_softmax", "softmax", "LogSoftmax", "Softmax"):
        calls = [(one, call, _along(call, wrong, axis)) for one, call in calling(facts, name)]
        found = [one for one in calls if one[2]]
        here = [one for one in found if place is not None and one[0].place.line <= place.line <= one[0].place.end]
        for one, call, right in here or (found if len(found) == 1 else []):
            new = put(statement(facts.data.sources, one.place), ast.unparse(call), right)
            if new:
                return instead(facts, one.place, new)
    which = "kelas" if axis == "1" else "terakhir"
    return f"# hitung softmax sepanjang sumbu {which}, dim={axis}, di {facts.line(place)}"


def _along(call: ast.Call, wrong: int, axis: str) -> str:
    """The call along another axis than this one, or than the one torch chose where none is given; else nothing."""
    again = expression(ast.unparse(call))
    assert isinstance(again, ast.Call)
    for word in again.keywords:
        if word.arg == "dim":
            if not _is(word.value, wrong):
                return ""
            word.value = expression(axis)
            return ast.unparse(again)
    if again.args and _whole(again.args[-1]):
        if not _is(again.args[-1], wrong):
            return ""
        again.args[-1] = expression(axis)
    else:
        again.keywords.append(ast.keyword("dim", expression(axis)))
    return ast.unparse(again)


def _whole(node: ast.expr) -> bool:
    value = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(value, ast.Constant) and type(value.value) is int


def _is(node: ast.expr, axis: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == axis and type(node.value) is int


def loss_is_leaf(facts: Facts) -> Iterator[Found]:
    """backward() dipanggil pada tensor daun, jadi tidak satu parameter pun tercapai."""
    for one in facts.rounds:
        leaf = one.roots[0] if len(one.roots) == 1 else None
        if leaf is None or facts.nodes[leaf].role != "leaf" or not one.reached.keys() <= {leaf}:
            continue
        if one.ran or leaf in facts.trained:
            continue
        step = next((step for step in facts.optimizer_steps if step.at > one.end), None)
        if step is not None and all(update.grad is None for update in step.event.updates):
            yield Found(
                f"backward() dimulai dari `{facts.name(leaf)}`, sebuah tensor daun: grafnya tidak memuat apa pun, jadi "
                "tidak satu parameter pun mendapat gradien.",
                (
                    f"di {facts.line(one.start.place)} satu-satunya yang dicapai `{facts.name(leaf)}` sendiri",
                    f"{step.event.optimizer} lalu melangkah tanpa gradien di {facts.line(step.event.place)}",
                ),
                _from_parameters(facts, facts.name(leaf)),
                one.start.place,
            )
            return


def _from_parameters(facts: Facts, name: str) -> str:
    """The line that rebuilt the loss from its number, without that; or the flag set on it, in words."""
    for one in assigned(facts, name):
        text = statement(facts.data.sources, one.place)
        for copy in COPIES:
            copied = uncut(text, copy)
            if copied:
                return instead(facts, one.place, uncut(copied, "item") or uncut(copied, "detach") or copied)
    flag = f"{name}.requires_grad"
    flags = assigned(facts, flag)
    flags += [one for one, call in calling(facts, "requires_grad_") if ast.unparse(call.func) == f"{flag}_"]
    computed = [facts.line(one.place) for one in assigned(facts, name)]
    where = f" di {computed[-1]}" if computed else ""
    told = f"# hitung `{name}`{where}\n# dari parameter, dengan operasi yang punya turunan"
    return told + "".join(f"\n# lalu {removed(facts, one.place)[2:]}: ia hanya membungkam galatnya" for one in flags)
