"""Pemotongan gradien di tempat yang salah: sesudah step, sebelum backward, sebelum unscale_, di setiap micro-batch."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.recording.circumstances import Clipped, Scaled
from autograd_viz.recording.events import Accumulate, Backward, InPlace, OptimizerStep, ZeroGrad
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import together
from autograd_viz.reviewing.facts import Facts, differs, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import optimizer_name, scaler_name
from autograd_viz.reviewing.mending import above, relocated
from autograd_viz.reviewing.written import called

_FAR = 100  # a limit this many times below the scale was not meant for scaled gradients


def _before_step(facts: Facts, clip: Clipped, step: OptimizerStep) -> str:
    """The clipping moved right above the step; under a scaler what it divides comes first."""
    told = relocated(facts, clip.place, "atas", step.place)
    scaler, optimizer = scaler_name(facts), optimizer_name(facts, step.place)
    if not facts.scaled or not scaler or not optimizer or step.place is None or unscaled(facts):
        return told
    return f"{above(facts, step.place, f'{scaler}.unscale_({optimizer})')}\n{told}"


def unscaled(facts: Facts) -> Scaled | None:
    """Panggilan `unscale_` yang ditulis pengguna sendiri; GradScaler juga memanggilnya di dalam `step`."""
    calls = [one for one in facts.seen if isinstance(one, Scaled) and one.call == "unscale_"]
    return next((one for one in calls if called(statement(facts.data.sources, one.place), "unscale_")), None)


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
                        relocated(facts, one.place, "atas", used.place),
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
            _before_step(facts, clip, step),
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
                            _after_all(facts, one),
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
                    _unscaled_first(facts, clipped, one),
                    clipped.place,
                )
                return


def _after_all(facts: Facts, clip: Clipped) -> str:
    step = next((step.event for step in facts.optimizer_steps if step.at >= clip.at), None)
    return "# potong sekali saja, sesudah micro-batch terakhir" if step is None else _before_step(facts, clip, step)


def _unscaled_first(facts: Facts, clip: Clipped, step: Scaled) -> str:
    late = unscaled(facts)
    if late is not None:
        return relocated(facts, late.place, "atas", clip.place)
    scaler, optimizer = scaler_name(facts), optimizer_name(facts, step.place)
    if not scaler or not optimizer or clip.place is None or not together(facts, clip.place, step.place):
        return f"# panggil unscale_() GradScaler itu, dengan optimizernya, tepat sebelum {facts.line(clip.place)}"
    return above(facts, clip.place, f"{scaler}.unscale_({optimizer})")
