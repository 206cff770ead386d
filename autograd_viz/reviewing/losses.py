"""Loss yang bukan yang dimaksud: yang disiarkan, yang diberi softmax dua kali, yang dinormalkan di sumbu lain."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd_viz.recording.events import Cut, Forward
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.facts import Facts, number
from autograd_viz.reviewing.finding import Found

PAIRWISE = {f"{name}LossBackward0" for name in ("Mse", "SmoothL1", "Huber", "SoftMargin")}
LINEAR = {"AddmmBackward0", "MmBackward0", "MvBackward0", "LinearBackward0"}


def _ops(names: str) -> frozenset[str]:
    return frozenset(f"{name}Backward{digit}" for name in names.split() for digit in range(3))


ELEMENTWISE = _ops("Squeeze View Select Reshape UnsafeView Sigmoid Tanh Relu Exp Log Softplus Clamp Mul Add Sub Div")
TO_LOSS = _ops("Squeeze View Reshape UnsafeView Mean Sum Pow Abs Sqrt Neg Mul Div Add Sub")


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
                "loss = criterion(ramalan.squeeze(1), sasaran)   # atau sasaran.unsqueeze(1)",
                step.place,
            )
            return


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
            if size and before in ((size, 1), (size,)) and _is_prediction(facts, inner[0]):
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
    if len(tracked) != 1 or not _is_prediction(facts, tracked[0].source) or not _goes_to_loss(facts, node):
        return None
    if any(isinstance(one, Cut) and one.value == step.inputs[1 - tracked[0].slot] for one in facts.steps):
        return None  # all pairs of the predictions themselves, one side detached
    given = shapes[tracked[0].slot]
    return given, shapes[1 - tracked[0].slot], size


def _is_prediction(facts: Facts, node: int) -> bool:
    """Whether it comes from a linear layer, one number a row, by steps that keep its elements apart."""
    while facts.nodes[node].op in ELEMENTWISE:
        inner = [edge.source for edge in facts.inputs.get(node, ()) if facts.nodes[edge.source].role == "operation"]
        if len(inner) != 1:
            return False
        node = inner[0]
    return facts.nodes[node].op in LINEAR


def _goes_to_loss(facts: Facts, node: int) -> bool:
    roots = {root for one in facts.rounds for root in one.roots}
    below = facts.below(node) - {node}
    return bool(below & roots) and all(facts.nodes[one].op in TO_LOSS for one in below)


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
        if op == "LogSoftmaxBackward0" and not _is_classified(facts, node):
            continue
        wanted = "log-peluang (log_softmax)" if loss == "nll_loss" else "logits"
        yield Found(
            f"`{loss}` mengharapkan {wanted}, tetapi diberi keluaran {name}.",
            (f"{name} dihitung sebelum {facts.line(step.place)}", _bound(facts, node, loss)),
            f"loss = F.{loss}({'F.log_softmax(logits, dim=1)' if loss == 'nll_loss' else 'logits'}, sasaran)"
            f"   # tanpa {name}",
            step.place,
        )
        return


def _is_classified(facts: Facts, node: int) -> bool:
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
        if rows > 1 and dict(found.attributes).get("dim") == "0" and _is_classified(facts, node):
            yield Found(
                f"Softmax dihitung di sumbu 0, yaitu di antara {rows} contoh satu batch; loss-nya membaca kelas "
                "di sumbu 1.",
                (f"keluaran {found.shape} dari {facts.line(step.place)} tidak berjumlah 1 untuk setiap contoh",),
                "log_peluang = F.log_softmax(logits, dim=1)",
                step.place,
            )
            return


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
                "# jangan menyetel requires_grad pada loss; hitunglah loss dari parameter\nloss = "
                "criterion(model(x), y)",
                one.start.place,
            )
            return
