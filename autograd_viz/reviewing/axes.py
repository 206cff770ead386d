"""Sumbu yang tertukar: bobot yang dinormalkan di sumbu batch, dan kelas yang bercampur dengan piksel."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing import losses
from autograd_viz.reviewing.facts import MOVING, Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.losses import is_classified, other_axis
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import rewritten
from autograd_viz.reviewing.written import function_name

LOSSES = {f"{name}Backward0" for name in (
    "MseLoss", "SmoothL1Loss", "HuberLoss", "LogSoftmax", "BinaryCrossEntropy", "BinaryCrossEntropyWithLogits",
)}  # fmt: skip
# What leaves the channels of a picture where a convolution put them, in the second axis.
CHANNELS = {"ConvolutionBackward0", "UpsampleBilinear2DBackward0", "UpsampleNearest2DBackward0",
            "UpsampleNearest1DBackward0", "NativeBatchNormBackward0"}  # fmt: skip
RESHAPES = ("view", "reshape")
VIEWS = ("ViewBackward0", "UnsafeViewBackward0")


def softmax_axis(facts: Facts) -> Iterator[Found]:
    """Softmax di sumbu batch: di depan nll_loss, atau sebagai bobot jumlah di sumbu lain."""
    yield from list(losses.softmax_axis(facts)) or _weights(facts)


def _weights(facts: Facts) -> Iterator[Found]:
    """Weights of attention that sum to 1 over the examples of a batch, and are used to sum over something else."""
    for node in sorted(facts.ran):
        soft = _weighted(facts, node)
        if soft is None or node not in facts.making or soft not in facts.making:
            continue
        found, step = facts.nodes[soft], facts.making[soft]
        shape = found.shape or ()
        axis = int(dict(found.attributes)["dim"]) % len(shape)
        separate = f"{shape[axis]} {'kepala perhatian' if axis else 'contoh satu batch'}"
        yield Found(
            f"Softmax dihitung di sumbu {axis}, yaitu di antara {separate}, padahal bobotnya dipakai menjumlahkan "
            f"sumbu {len(shape) - 1}: yang seharusnya terpisah ikut saling menentukan.",
            (
                f"keluaran {shape} dari {facts.line(step.place)} berjumlah 1 sepanjang sumbu {axis}, bukan sepanjang "
                f"sumbu {len(shape) - 1}",
                f"di {facts.line(facts.making[node].place)} yang dijumlahkan dengan bobot itu {shape[-1]} unsur",
            ),
            other_axis(facts, step.place, "1" if len(shape) == 2 else "-1", axis),
            step.place,
        )
        return


def _weighted(facts: Facts, node: int) -> int | None:
    """The softmax along axis 0 whose weights a sum along axis 1, or a batched product, uses; None otherwise."""
    op, edges = facts.nodes[node].op, facts.inputs.get(node, ())
    if op == "BmmBackward0" and edges:
        soft = facts.source(edges[0].source)
        shape, used = facts.nodes[soft].shape or (), facts.nodes[edges[0].source].shape or ()
        folded = len(shape) == 4 and used == (shape[0] * shape[1], *shape[2:])  # the heads stand beside the batch
        kept = (shape == used and _along_batch(facts, soft, 3)) or (folded and _along_batch(facts, soft, 4, 2))
        return soft if kept and not _summed_again(facts, node) else None
    if op != "SumBackward1" or dict(facts.nodes[node].attributes).get("dim") != "(1)" or len(edges) != 1:
        return None
    product = edges[0].source
    whole = facts.nodes[product].shape or ()
    factors = [edge.source for edge in facts.inputs.get(product, ())]
    if facts.nodes[product].op != "MulBackward0" or len(factors) != 2 or len(whole) != 3:
        return None
    for one, other in (factors, factors[::-1]):
        soft = facts.source(one)
        if (
            _along_batch(facts, soft, 2)
            and facts.nodes[one].shape == (*whole[:2], 1)
            and facts.nodes[soft].shape == whole[:2]
            and facts.nodes[other].shape == whole
            and _examples(facts, node, whole[0])
        ):
            return soft
    return None


def _summed_again(facts: Facts, node: int) -> bool:
    """Whether the batch of the product is added up afterwards: then the weights may well share it."""
    below = [node]
    for one in below:
        for edge in facts.uses.get(one, ()):
            target = facts.nodes[edge.target]
            if target.op in MOVING:
                below.append(edge.target)
            elif target.op in ("SumBackward1", "MeanBackward1") and "0" in dict(target.attributes).get("dim", ""):
                return True
    return False


def _along_batch(facts: Facts, node: int, axes: int, batch: int = 1) -> bool:
    """Whether a softmax of that many axes runs along one of the first, which hold separate examples."""
    shape = facts.nodes[node].shape or ()
    along = dict(facts.nodes[node].attributes).get("dim", "")
    return (
        facts.nodes[node].op == "SoftmaxBackward0"
        and len(shape) == axes
        and shape[-1] > 1
        and along.lstrip("-").isdecimal()
        and int(along) % axes < batch
        and shape[int(along)] > 1
    )


def _examples(facts: Facts, node: int, count: int) -> bool:
    """Whether the loss behind it compares that many examples."""
    below = facts.below(node)
    return any(
        facts.nodes[edge.target].op in LOSSES and (facts.nodes[edge.source].shape or (0,))[0] == count
        for one in below
        for edge in facts.inputs.get(one, ())
        if edge.slot == 0 and edge.source in below
    )


def classes_mixed(facts: Facts) -> Iterator[Found]:
    """Kelas dan tempat bercampur: bentuknya diubah dengan `view`, padahal sumbunya harus dipindahkan."""
    yield from list(_flattened(facts)) or _turned(facts)


def _turned(facts: Facts) -> Iterator[Found]:
    """What a linear layer put in the last axis, read from the second one after a mere view."""
    for node in sorted(facts.ran):
        flat = next((edge.source for edge in facts.inputs.get(node, ())), None)
        if facts.nodes[node].op != "LogSoftmaxBackward0" or flat is None or not _is_spread(facts, node):
            continue
        shape = facts.nodes[flat].shape or ()
        given = next((edge.source for edge in facts.inputs.get(flat, ())), None)
        place = facts.place_of(flat)
        if facts.nodes[flat].op not in VIEWS or given is None or place is None or len(shape) < 3:
            continue
        before = facts.nodes[given].shape or ()
        turned = (shape[0], *shape[2:], shape[1])
        if before != turned or before == shape or not _is_linear(facts, given):
            continue
        yield Found(
            f"Dari {before} menjadi {shape} dengan view: angkanya tetap berurutan seperti semula, jadi sumbu 1 bukan "
            f"{shape[1]} kelas, melainkan campuran kelas dan tempat.",
            (
                f"kelas keluaran lapisan linear ada di sumbu terakhir; {facts.line(place)} hanya mengganti bentuknya",
                f"cross_entropy di {facts.line(facts.making[node].place)} membaca sumbu 1 sebagai kelas",
            ),
            _shifted(facts, place),
            place,
        )
        return


def _is_linear(facts: Facts, node: int) -> bool:
    """Whether it is the result of a linear layer, at most reshaped by that layer itself."""
    inner = facts.source(node)
    same = facts.nodes[inner].module == facts.nodes[node].module and facts.nodes[inner].module is not None
    here = inner in facts.making and node in facts.making and facts.making[inner].place == facts.making[node].place
    op = facts.nodes[inner].op
    shape, last = facts.nodes[inner].shape or (0,), (facts.nodes[node].shape or (0,))[-1]
    return (same or here) and op in ("AddmmBackward0", "MmBackward0", "AddBackward0") and shape[-1] == last


def _is_spread(facts: Facts, node: int) -> bool:
    """Whether the loss of one class for every place reads it."""
    uses = [facts.nodes[edge.target] for edge in facts.uses.get(node, ())]
    moved = [edge.target for edge in facts.uses.get(node, ()) if facts.nodes[edge.target].op in MOVING]
    return any(one.op.startswith("NllLoss") for one in uses) or any(_is_spread(facts, one) for one in moved)


def _shifted(facts: Facts, place: Place) -> str:
    def change(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.Call) or function_name(node) not in RESHAPES or len(node.args) < 3:
            return None
        if not isinstance(node.func, ast.Attribute):
            return None
        return ast.parse(f"{ast.unparse(node.func.value)}.movedim(-1, 1)", mode="eval").body

    new = rewritten(statement(facts.data.sources, place), change)
    if new:
        return instead(facts, place, new)
    return f"# pindahkan sumbu kelas, .movedim(-1, 1), bukan view atau reshape, di {facts.line(place)}"


def _flattened(facts: Facts) -> Iterator[Found]:
    """What a convolution put in the second axis, laid flat as it lies in memory."""
    for node in sorted(facts.ran):
        if facts.nodes[node].op != "LogSoftmaxBackward0" or not is_classified(facts, node):
            continue
        flat = next((edge.source for edge in facts.inputs.get(node, ())), None)
        if flat is None or facts.nodes[flat].op not in VIEWS:
            continue
        picture = next((edge.source for edge in facts.inputs.get(flat, ())), None)
        shape = facts.nodes[picture].shape or () if picture is not None else ()
        rows = facts.nodes[flat].shape or ()
        if picture is None or facts.nodes[picture].op not in CHANNELS or len(shape) < 3 or len(rows) != 2:
            continue
        place = facts.place_of(flat)
        classes, width = rows[1], shape[-1]
        if classes != shape[1] or classes < 2 or width < 2 or place is None:
            continue
        yield Found(
            f"Diratakan dari {shape} menjadi {rows} tanpa memindahkan sumbu kelas: satu barisnya berisi {classes} "
            f"piksel bertetangga, bukan {classes} kelas satu piksel.",
            (
                f"sumbu kelas keluaran konvolusi itu sumbu 1; di {facts.line(place)} yang berdampingan di memori "
                f"sumbu terakhir, panjangnya {width}",
                f"cross_entropy di {facts.line(facts.making[node].place)} membaca setiap baris sebagai nilai kelas",
            ),
            _moved(facts, place, len(shape)),
            place,
        )
        return


def _moved(facts: Facts, place: Place, axes: int) -> str:
    order = ", ".join(str(axis) for axis in (0, *range(2, axes), 1))

    def change(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.Call) or function_name(node) not in RESHAPES:
            return None
        if not isinstance(node.func, ast.Attribute) or len(node.args) != 2:
            return None
        given = ", ".join(ast.unparse(one) for one in node.args)
        text = f"{ast.unparse(node.func.value)}.permute({order}).reshape({given})"
        return ast.parse(text, mode="eval").body

    new = rewritten(statement(facts.data.sources, place), change)
    if new:
        return instead(facts, place, new)
    return f"# pindahkan sumbu kelas ke belakang lebih dulu, .permute({order}), di {facts.line(place)}"
