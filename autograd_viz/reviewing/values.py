"""Angka yang tidak lagi mengajar: NaN dan Inf, hampir meluap, lapisan mati, tangga, dan langkah yang terlalu besar."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.events import Accumulate, Forward, Gradient, OptimizerStep
from autograd_viz.recording.nonfinite import find
from autograd_viz.reviewing.facts import Facts, Round, Step, is_zero, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name
from autograd_viz.reviewing.safe_domain import mend_of

LARGEST = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}
NEAR = 8  # a value within this factor of the largest one
RECTIFIERS = {"ReluBackward0", "ClampBackward0", "ClampBackward1", "ClampMinBackward0", "ClampMaxBackward0",
              "HardtanhBackward0", "ThresholdBackward0"}  # fmt: skip
FLOORS = {"ReluBackward0", "ClampMinBackward0", "ThresholdBackward0"}
GROWING = {f"{name}Backward{digit}" for digit in range(3)
           for name in "Exp Exp2 Expm1 Pow Square Mul Div Addmm Mm Bmm Mv Dot Sum Prod Cosh".split()}  # fmt: skip
STAIRS = {f"{name}Backward0": name.lower() for name in ("Round", "Floor", "Ceil", "Trunc", "Sign")}


def nonfinite(facts: Facts) -> Iterator[Found]:
    """NaN atau Inf yang sampai di .grad, di parameter, atau di loss."""
    hit = next((step for step in facts.steps if _spoiled(facts, step)), None)
    if hit is None:
        return
    origin = find(facts.data)
    if origin is None:
        return
    yield Found(
        origin.message,
        (_reached(facts, hit),),
        mend_of(origin),
        origin.place,
    )


def _spoiled(facts: Facts, step: object) -> bool:
    match step:
        case Accumulate():  # under a scaler a step with Inf is skipped: that is its work
            after = step.change.after
            return after is not None and not after.finite and not facts.scaled
        case OptimizerStep():
            return any(one.after is not None and not one.after.finite for one in step.changes)
    return False


def _reached(facts: Facts, step: object) -> str:
    if isinstance(step, Accumulate):
        return f".grad `{facts.name(step.node)}` menjadi tidak terhingga oleh {facts.line(step.place)}"
    assert isinstance(step, OptimizerStep)
    bad = [one.name for one in step.changes if one.after is not None and not one.after.finite]
    return f"parameter `{bad[0]}` menjadi tidak terhingga oleh {facts.line(step.place)}"


def near_overflow(facts: Facts) -> Iterator[Found]:
    """Nilai maju yang terhingga, tetapi tinggal beberapa kali lipat dari batas jenis bilangannya."""
    for node, step in facts.making.items():
        if node not in facts.ran or not isinstance(step, Forward) or facts.nodes[node].op not in GROWING:
            continue
        for value in step.values:
            top = LARGEST.get(value.dtype) if value is not None else None
            if value is None or top is None or not value.finite or value.high is None:
                continue
            if top / NEAR < value.high < top and not any(_as_large(one, top) for one in step.inputs):
                yield Found(
                    f"Hasil `{facts.nodes[node].op}` hampir meluap: nilai terbesarnya {number(value.high)}, sedang "
                    f"{value.dtype} hanya sampai {number(top)}.",
                    (f"dihitung di {facts.line(step.place)}; kurang dari {NEAR} kali lipat lagi menjadi Inf",),
                    "# hitung dalam logaritma (logsumexp, log_softmax), atau bagi dulu sebelum dipangkatkan",
                    step.place,
                )
                return


def _as_large(value: Value | None, top: float) -> bool:
    return value is not None and value.high is not None and value.high > top / NEAR


def dead_units(facts: Facts) -> Iterator[Found]:
    """Sebuah lapisan mati: gradien sampai di sana setiap kali, dan tidak sedikit pun lolos."""
    yield from _blocked(facts, RECTIFIERS, _dead)


def staircase(facts: Facts) -> Iterator[Found]:
    """Operasi berbentuk tangga di jalan ke loss: turunannya nol di mana-mana."""
    yield from _blocked(facts, set(STAIRS), _stair)


def _blocked(facts: Facts, kinds: set[str], tell: object) -> Iterator[Found]:
    quiet = [leaf for leaf in sorted(facts.trained) if _zeros(facts, leaf)]
    for leaf in quiet:
        below = facts.below(leaf)
        last = [facts.rounds[at] for at, _ in facts.accumulated(leaf)][-_zeros(facts, leaf) :]
        walls = [_walls(facts, one, below, kinds) for one in last]
        if not all(walls):
            continue
        node = walls[0][0]
        if not _is_in_the_way(facts, leaf, walls, kinds):
            continue
        leaves = [other for other in quiet if node in facts.below(other)]
        yield tell(facts, node, leaves, len(walls))  # type: ignore[operator]
        return


def _zeros(facts: Facts, leaf: int) -> int:
    """How many of its gradients, to the last one, are exactly zero: all of two, or the last three."""
    zeros = [is_zero(one.value) for _, one in facts.accumulated(leaf)]
    run = len(zeros) if False not in zeros else zeros[::-1].index(False)
    return run if run >= 3 or run == len(zeros) >= 2 else 0


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
        "# kecilkan learning rate, periksa bias awalnya, atau pakai LeakyReLU/GELU\nnn.LeakyReLU(0.01)",
        step.place if step else None,
    )


def _stair(facts: Facts, node: int, leaves: list[int], rounds: int) -> Found:
    step, name = facts.making.get(node), STAIRS[facts.nodes[node].op]
    return Found(
        f"`{name}` berada di jalan ke loss: turunannya nol di mana-mana, jadi {facts.names(leaves)} tidak belajar.",
        (
            f"di {facts.line(step.place if step else None)}",
            f"gradien {len(leaves)} parameter di hulunya tepat nol pada {rounds} backward",
        ),
        f"# straight-through: maju memakai {name}, mundur dilewati\ny = x + (x.{name}() - x).detach()",
        step.place if step else None,
    )


def diverging_steps(facts: Facts) -> Iterator[Found]:
    """Setiap langkah lebih panjang daripada bobotnya, gradien berbalik arah, dan loss naik terus."""
    steps = facts.optimizer_steps
    for at in range(len(steps) - 3):
        four = steps[at : at + 4]
        if len({step.event.number for step in four}) > 1:
            continue
        losses = [_loss_before(facts, step) for step in four]
        if any(loss is None for loss in losses):
            continue
        known = [loss for loss in losses if loss is not None]
        if not all(a < b for a, b in zip(known, known[1:], strict=False)) or not known[3] > 10 * abs(known[0]):
            continue
        leaf = _overshooting(facts, four)
        if leaf is None:
            continue
        change, update = next(
            pair for pair in zip(four[1].event.changes, four[1].event.updates, strict=True) if pair[0].node == leaf
        )
        yield Found(
            f"Learning rate terlalu besar: langkah {four[0].event.optimizer} melewati titik terendah, dan loss "
            "naik setiap langkah.",
            (
                "loss: " + ", ".join(map(number, known)),
                f"`{facts.name(leaf)}` bernorma {number(norm(change.before))} digeser sejauh "
                f"{number(update.size)}, dan gradiennya berbalik arah dari langkah ke langkah",
            ),
            f"for group in {optimizer_name(facts, four[0].event.place)}.param_groups:  # sebelum perulangan\n"
            '    group["lr"] *= 0.1',
            four[1].event.place,
        )
        return


def _loss_before(facts: Facts, step: Step) -> float | None:
    rounds = [one for one in facts.rounds if one.end < step.at]
    return facts.loss(rounds[-1]) if rounds else None


def _overshooting(facts: Facts, four: list[Step]) -> int | None:
    for leaf in [change.node for change in four[0].event.changes]:
        sizes = [_moved(step.event, leaf) for step in four[1:]]
        if leaf is None or not all(size is not None and size[0] > size[1] > 0 for size in sizes):
            continue
        came = [one.value for at, one in facts.accumulated(leaf) if four[0].at < facts.rounds[at].end < four[3].at]
        means = [one.mean for one in came if one is not None and one.mean is not None]
        if len(means) > 2 and all(a * b < 0 for a, b in zip(means, means[1:], strict=False)):
            return leaf
    return None


def _moved(step: OptimizerStep, leaf: int | None) -> tuple[float, float] | None:
    for change, update in zip(step.changes, step.updates, strict=True):
        size, before = update.size, norm(change.before)
        if change.node == leaf and size is not None and before is not None:
            return size, before
    return None
