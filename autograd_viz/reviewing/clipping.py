"""Pemotongan gradien di tempat yang salah: sesudah step, sebelum backward, sebelum unscale_, di setiap micro-batch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import Clipped, GradCopied, Scaled
from autograd_viz.recording.events import Accumulate, Backward, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.discarded import discarded_call, in_place
from autograd_viz.reviewing.facts import Facts, differs, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.written import Assigned, assignments, called, function_name, readings

RIGHT = "loss.backward()\ntorch.nn.utils.{call}(model.parameters(), {limit})\noptimizer.step()"
_FAR = 100  # a limit this many times below the scale was not meant for scaled gradients


def _mend(clip: Clipped) -> str:
    return RIGHT.format(call=clip.operation, limit=number(clip.limit))


def _effect(facts: Facts, clip: Clipped) -> InPlace | None:
    """The first gradient that the clipping changed."""
    for step in facts.steps[clip.at :]:
        if not isinstance(step, InPlace) or step.operation != clip.operation:
            return None
        if step.grad_of in clip.leaves and differs(step.change.before, step.change.after):
            return step
    return None


def clip_after_step(facts: Facts) -> Iterator[Found]:
    """Yang dipotong adalah gradien yang sudah dipakai."""
    fresh: dict[int, bool] = {}
    used: OptimizerStep | None = None
    for _, one in facts.story:
        match one:
            case Accumulate():
                fresh[one.node] = True
            case ZeroGrad():
                for change in one.changes:
                    fresh.pop(change.node, None)  # type: ignore[arg-type]
            case OptimizerStep():
                used = one
                fresh.update({leaf: False for leaf, grad in pairs(one) if grad and leaf in fresh})
            case Clipped() if used is not None:
                held = [leaf for leaf in one.leaves if leaf in fresh]
                changed = _effect(facts, one)
                if held and not any(fresh[leaf] for leaf in held) and changed is not None:
                    yield Found(
                        f"Gradien dipotong sesudah {used.optimizer} memakainya: langkahnya sudah terjadi dengan "
                        "gradien yang belum dipotong.",
                        (
                            f"langkah di {facts.line(used.place)}, sesudah itu {one.operation} di "
                            f"{facts.line(one.place)}",
                            f"`{changed.name}` bernorma {number(norm(changed.change.before))} saat dipakai, baru "
                            f"{number(norm(changed.change.after))} sesudah dipotong",
                        ),
                        _mend(one),
                        one.place,
                    )
                    return


def clip_before_backward(facts: Facts) -> Iterator[Found]:
    """Saat dipotong belum ada gradien; yang datang sesudahnya dipakai tanpa dipotong."""
    size: dict[int, float | None] = {}
    waiting: dict[int, Clipped] = {}
    bare: list[tuple[Clipped, OptimizerStep, int]] = []
    well: set[int] = set()  # what is clipped at the right time elsewhere
    for _, one in facts.story:
        match one:
            case Accumulate():
                size[one.node] = norm(one.change.after)
            case ZeroGrad():
                for change in one.changes:
                    if change.node is not None:
                        size[change.node] = 0.0
            case Clipped() if any(size.get(leaf) for leaf in one.leaves):
                well.update(one.leaves)
                waiting.clear()
            case Clipped() if all(size.get(leaf, 0.0) == 0 for leaf in one.leaves):
                waiting.update(dict.fromkeys(one.leaves, one))
            case OptimizerStep():
                used = [leaf for leaf, grad in pairs(one) if grad and leaf in waiting]
                if used:
                    bare.append((waiting[used[0]], one, used[0]))
                for leaf, _ in pairs(one):
                    waiting.pop(leaf, None)
    if bare and bare[0][2] not in well:
        clip, step, leaf = bare[0]
        grad = next(grad for held, grad in pairs(step) if held == leaf)
        yield Found(
            f"{clip.operation} dipanggil sebelum backward: saat itu belum ada gradien yang dapat dipotong.",
            (
                f"di {facts.line(clip.place)} semua .grad kosong",
                f"{step.optimizer} lalu memakai gradien yang tidak dipotong; norma .grad `{facts.name(leaf)}` "
                f"{number(grad)}, batasnya {number(clip.limit)}",
                f"terjadi pada {len(bare)} langkah",
            ),
            _mend(clip),
            clip.place,
        )


def clip_each_micro_batch(facts: Facts) -> Iterator[Found]:
    """Jumlah gradien dipotong di tengah penjumlahannya."""
    cut: dict[int, Clipped] = {}
    added: dict[int, tuple[Clipped, Accumulate]] = {}
    for _, one in facts.story:
        match one:
            case ZeroGrad():
                for change in one.changes:
                    cut.pop(change.node, None)  # type: ignore[arg-type]
                    added.pop(change.node, None)  # type: ignore[arg-type]
            case OptimizerStep():
                for leaf, _ in pairs(one):
                    cut.pop(leaf, None)
                    added.pop(leaf, None)
            case Accumulate():
                if one.node in cut and norm(one.change.before):
                    added.setdefault(one.node, (cut[one.node], one))
                cut.pop(one.node, None)
            case Clipped():
                again = [leaf for leaf in one.leaves if leaf in added and added[leaf][0].place == one.place]
                if again:
                    early, came = added[again[0]]
                    changed = _effect(facts, early)
                    if changed is not None:
                        yield Found(
                            "Gradien dipotong di setiap micro-batch: yang dipotong jumlah yang belum selesai, sehingga "
                            "micro-batch yang lebih awal mengecil berkali-kali.",
                            (
                                f"{facts.line(one.place)} berjalan lebih dari sekali di antara dua langkah optimizer",
                                f"`{changed.name}` dipotong dari norma {number(norm(changed.change.before))} menjadi "
                                f"{number(norm(changed.change.after))}, lalu gradien berikutnya bernorma "
                                f"{number(norm(came.value))} ditambahkan ke situ",
                            ),
                            "# sesudah micro-batch terakhir saja\n" + _mend(one).partition("\n")[2],
                            one.place,
                        )
                        return
                if _effect(facts, one) is not None:
                    cut.update(dict.fromkeys(one.leaves, one))


def clip_before_unscale(facts: Facts) -> Iterator[Found]:
    """Gradien yang masih dikalikan skala dipotong dengan batas untuk gradien sesungguhnya."""
    scale: Scaled | None = None
    passed = False
    clipped: Clipped | None = None
    for _, one in facts.story:
        match one:
            case Scaled(call="scale"):
                scale, passed, clipped = one, False, None
            case Scaled(call="unscale_"):
                if clipped is None:
                    scale = None
            case Backward():
                passed = scale is not None
            case Clipped() if scale is not None and passed and one.limit * _FAR < scale.scale:
                clipped = one if _effect(facts, one) is not None else clipped
            case Scaled(call="step") if scale is not None and clipped is not None:
                real = None if clipped.norm is None else clipped.norm / scale.scale
                yield Found(
                    f"Gradien dipotong selagi masih dikalikan {number(scale.scale)} oleh GradScaler: batasnya "
                    f"{number(clipped.limit)} berlaku untuk gradien yang belum dibagi.",
                    (
                        f"norma yang dipotong {number(clipped.norm)}; norma gradien sesungguhnya {number(real)}",
                        f"sesudah dibagi, gradien yang dipakai paling besar "
                        f"{number(clipped.limit / scale.scale)}",
                    ),
                    "scaler.unscale_(optimizer)\n"
                    f"torch.nn.utils.{clipped.operation}(model.parameters(), {number(clipped.limit)})\n"
                    "scaler.step(optimizer)\nscaler.update()",
                    clipped.place,
                )
                return


def clamp_discarded(facts: Facts) -> Iterator[Found]:
    """Pemotongan yang membuat tensor baru, yang lalu dibuang."""
    seen = [one for one in facts.seen if isinstance(one, GradCopied)]
    for one in seen:
        call = discarded_call(facts.data.sources, one.place, one.operation)
        if call:
            times = sum(other.place == one.place for other in seen)
            yield Found(
                f"Hasil `{call}` dibuang: {one.operation} tanpa garis bawah membuat tensor baru, dan .grad tetap "
                "seperti semula.",
                (f"dijalankan {times} kali di {facts.line(one.place)}, misalnya pada .grad `{facts.name(one.leaf)}`",),
                in_place(call),
                one.place,
            )
            return


def clip_nothing(facts: Facts) -> Iterator[Found]:
    """Yang diberikan kepada pemotong sebuah iterator yang sudah habis: tidak ada yang dipotong."""
    arrived: dict[int, Accumulate] = {}
    waiting: Clipped | None = None
    for _, one in facts.story:
        match one:
            case Accumulate():
                arrived[one.node] = one
            case ZeroGrad():
                for change in one.changes:
                    arrived.pop(change.node, None)  # type: ignore[arg-type]
            case Clipped():
                waiting = None if one.leaves or not arrived else one
            case OptimizerStep() if waiting is not None:
                used = [(leaf, grad) for leaf, grad in pairs(one) if grad and leaf in arrived]
                source = _emptied(facts, waiting)
                if used and source is not None:
                    largest = max(used, key=lambda pair: pair[1] or 0.0)
                    yield Found(
                        f"{waiting.operation} tidak memotong apa pun: `{source.name}` sebuah iterator yang sudah habis "
                        "dibaca, jadi daftarnya kosong.",
                        (
                            f"di {facts.line(waiting.place)} tidak satu tensor pun diberikan, padahal backward baru "
                            f"mengisi .grad {len(arrived)} parameter",
                            f"{one.optimizer} memakai {len(used)} gradien yang tidak dipotong; yang terbesar, "
                            f"`{facts.name(largest[0])}`, bernorma {number(largest[1])}; batasnya "
                            f"{number(waiting.limit)}",
                        ),
                        f"{source.name} = list({ast.unparse(source.value)})",
                        source.place,
                    )
                    return


_ONCE = ("filter", "map", "iter", "chain", "parameters")  # what gives its content only once


def _emptied(facts: Facts, clip: Clipped) -> Assigned | None:
    """Where the program made the iterator that a call of clipping was given."""
    call = called(statement(facts.data.sources, clip.place), clip.operation)
    given = ast.unparse(call.args[0]) if call and call.args else ""
    made = [one for one in assignments(facts.data.sources) if one.name == given]
    alone = len(made) == 1 and readings(facts.data.sources, given) > 1  # someone else has read it to its end
    return made[0] if alone and _once(made[0].value) else None


def _once(value: ast.expr) -> bool:
    return function_name(value) in _ONCE if isinstance(value, ast.Call) else isinstance(value, ast.GeneratorExp)
