"""What a checkpoint computes again: seen as torch does it, told once, and nothing of it without a checkpoint."""

import gc
import threading
import weakref
from functools import partial

import pytest
import torch
from torch import nn
from torch.utils import checkpoint as checkpoints
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import (
    checkpoint,
    checkpoint_sequential,
    create_selective_checkpoint_contexts,
    set_checkpoint_early_stop,
)

from autograd_viz import Recording, play, record
from autograd_viz.capturing import checkpoint_calls
from autograd_viz.playing.frames import shown_at
from autograd_viz.playing.payload import payload, to_json
from autograd_viz.playing.timeline import timeline

DETACH = torch.ops.aten.detach.default


class Count(TorchDispatchMode):
    """Operations that torch runs in the body of a block."""

    done = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.done += func is not DETACH
        return func(*args, **(kwargs or {}))


def leaf(*numbers):
    return torch.tensor(numbers[0] if len(numbers) == 1 else numbers, requires_grad=True)


def chain(wrap, reentrant):
    x = leaf(2.0)
    (checkpoint(wrap(lambda t: (t**2).sin()), x, use_reentrant=reentrant) * 3).backward()
    return [x]


def twice_saved(wrap, reentrant):
    """The last operation keeps its result: it is computed again as well."""
    x = leaf(1.0, 2.0)
    checkpoint(wrap(lambda t: (t * t + 1).tanh().exp()), x, use_reentrant=reentrant).sum().backward()
    return [x]


def nothing_to_do(wrap, reentrant):
    x = leaf(2.0)
    checkpoint(wrap(lambda t: t.sin()), x, use_reentrant=reentrant).backward()
    return [x]


def in_a_loop(wrap, reentrant):
    x = h = leaf(0.5, -1.0)
    for _ in range(3):
        h = checkpoint(wrap(lambda t: t.tanh() * 2), h, use_reentrant=reentrant)
    h.sum().backward()
    return [x]


def sequence(wrap, reentrant):
    parts = [lambda t: t.exp(), lambda t: t.sin(), lambda t: t.cos(), lambda t: t.tanh()]
    x = leaf(0.5, -1.0)
    checkpoint_sequential([wrap(part) for part in parts], 2, x, use_reentrant=reentrant).sum().backward()
    return [x]


def dropping(wrap, reentrant, preserve=True):
    torch.manual_seed(3)
    x, drop = torch.linspace(1, 2, 12, requires_grad=True), nn.Dropout(0.5)
    block = wrap(lambda t: drop(t * 2).exp())
    checkpoint(block, x, use_reentrant=reentrant, preserve_rng_state=preserve).sum().backward()
    return [x]


def layers(wrap, reentrant):
    torch.manual_seed(0)
    block = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh())
    x = torch.randn(3, 4, requires_grad=True)
    checkpoint(wrap(block), x * 1, use_reentrant=reentrant).sum().backward()
    return [x, *block.parameters()]


def changing(wrap, reentrant):
    def block(t):
        a = t * 2
        a[0] *= 3
        b = a.sin()
        b.mul_(2)
        return b.cos()

    x = leaf(0.1, 0.2)
    checkpoint(wrap(block), x, use_reentrant=reentrant).sum().backward()
    return [x]


def nested(inner, wrap, reentrant):
    x = leaf(2.0)
    within = wrap(lambda t: t.exp().sin())
    checkpoint(lambda t: checkpoint(within, t.cos(), use_reentrant=inner).tanh(), x, use_reentrant=reentrant).backward()
    return [x]


PROGRAMS = {
    one.__name__: one
    for one in (chain, twice_saved, nothing_to_do, in_a_loop, sequence, dropping, layers, changing)
}


def counted(program, reentrant):
    """How often torch runs the operations of the blocks after the first time, and the gradients."""
    count = Count()

    def wrap(block):
        def inside(*args):
            with count:
                return block(*args)

        return inside

    program(wrap, reentrant)
    both, count.done = count.done, 0
    with torch.no_grad(), pytest.raises(RuntimeError, match="does not require grad"):
        program(wrap, False)
    return both - count.done, [one.grad for one in program(lambda block: block, reentrant)]


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def ops(run, nodes):
    return [run.graph.nodes[node].op.removesuffix("Backward0") for node in nodes]


def texts(run):
    return [line.partition(". ")[2] for line in play(run).text.splitlines()]


@pytest.mark.parametrize("reentrant", [False, True], ids=["new", "old"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_torch_computes_again_is_what_is_recorded(program, reentrant):
    again, plain = counted(program, reentrant)
    with record() as run:
        leaves = program(lambda block: block, reentrant)
    assert run.missing == ()
    assert all(torch.equal(one, leaf.grad) for one, leaf in zip(plain, leaves, strict=True))
    steps = of(run, "recompute")
    if program is not changing:  # whose helping nodes are no operations of their own
        dropped = 3 if program is dropping else 0  # the mask, which is no node
        assert sum(len(step.nodes) for step in steps) + dropped == again
    assert not any(step.others or step.given or step.changes for step in steps)
    assert len(steps) == len(run.data.checkpoints) == {in_a_loop: 3}.get(program, 1)
    forward = [step.node for step in of(run, "forward")]
    assert len(forward) == len(set(forward))  # nothing is told as computed for the first time twice
    for step in steps:
        segment = run.data.checkpoints[step.checkpoint]
        assert (segment.function is not None) == reentrant
        if not reentrant:
            assert list(step.nodes) == list(segment.nodes[: len(step.nodes)])
            following = run.steps[run.steps.index(step) + 1]
            assert (following.kind, following.node) == ("gradient", step.node)
    assert Recording.from_json(run.to_json()) == run
    phases = [frame.phase for frame in timeline(run).frames]
    assert phases.count("ulang") >= len(steps)


@pytest.mark.parametrize("outer", [False, True], ids=["new", "old"])
@pytest.mark.parametrize("inner", [False, True], ids=["new-inside", "old-inside"])
def test_a_checkpoint_inside_a_checkpoint(outer, inner):
    program = partial(nested, inner)
    (plain,) = program(lambda block: block, outer)
    with record() as run:
        (x,) = program(lambda block: block, outer)
    assert run.missing == () and torch.equal(x.grad, plain.grad)
    found = [ops(run, step.nodes) for step in of(run, "recompute")]
    old = "CheckpointFunctionBackward"
    assert found == [
        ["Cos", old, "Tanh"] if inner else ["Cos", "Exp", "Sin", "Tanh"],
        ["Exp", "Sin"] if inner else ["Exp"],  # the older kind never stops early
    ]
    forward = [step.node for step in of(run, "forward")]
    assert len(forward) == len(set(forward))
    second = run.data.checkpoints[of(run, "recompute")[1].checkpoint]
    assert second.kept == (None if not outer else 4)  # within the newer kind its input is computed again as well


def test_a_selective_checkpoint_computes_only_what_it_has_not_kept():
    def product(recorded):
        a, b = torch.full((2, 2), 0.5, requires_grad=True), torch.full((2, 2), 0.1, requires_grad=True)
        keeping = partial(create_selective_checkpoint_contexts, [torch.ops.aten.mm.default])

        def block(a, b):
            return torch.sigmoid((a @ b) @ b).sin()

        checkpoint(block, a, b, use_reentrant=False, context_fn=keeping).sum().backward()
        return a.grad, b.grad

    with record() as run:
        grads = product(True)
    assert all(map(torch.equal, grads, product(False)))
    (step,) = of(run, "recompute")
    assert (ops(run, step.nodes), ops(run, step.given), step.size) == (["Sigmoid"], ["Mm", "Mm"], 16)
    assert step.selective
    (told,) = [text for text in texts(run) if text.startswith("Dihitung ulang")]
    assert "tidak dihitung lagi, karena ditahan sejak maju" in told and "hanya masukan itu" not in told


def test_without_the_early_stop_all_is_computed_again():
    def block(t):
        return (t**2).sin()

    x = leaf(2.0)
    found = []
    for stop in (True, False):
        with record() as run:
            with set_checkpoint_early_stop(stop):
                y = checkpoint(block, x, use_reentrant=False)
            y.backward()
        found.append(ops(run, of(run, "recompute")[0].nodes))
    assert found == [["Pow"], ["Pow", "Sin"]]


@pytest.mark.parametrize("reentrant", [False, True], ids=["new", "old"])
def test_bytes_kept_and_alive_again(reentrant):
    torch.manual_seed(0)
    block = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 8), nn.Tanh())
    h = torch.randn(4, 8, requires_grad=True) * 1
    saved = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = block(h)
    for tensor in (h, *block.parameters()):
        saved.pop(tensor.untyped_storage().data_ptr(), None)
    del out
    with record() as run:
        checkpoint(block, h, use_reentrant=reentrant).sum().backward()
    (step,) = of(run, "recompute")
    assert step.size == sum(saved.values()) == 4 * (16 + 8) * 4
    assert run.data.checkpoints[step.checkpoint].kept == 4 * 8 * 4


def test_the_film_of_the_newer_kind():
    with record() as run:
        x = leaf(2.0)
        y = checkpoint(lambda t: (t**2).sin(), x, use_reentrant=False)
        z = y * 3
        z.backward()
    told = texts(run)
    assert told[1:3] == [
        "Maju: x² = 2² = 4. PowBackward0 masuk ke graf, tetapi tidak menyimpan self (x): "
        "checkpoint yang menyediakannya saat mundur.",
        "Maju: y = sin … = sin 4 = −0.7568. SinBackward0 masuk ke graf, tetapi tidak menyimpan self: "
        "checkpoint yang menyediakannya saat mundur.",
    ]
    assert told[6] == (
        "Dihitung ulang: Sebelum SinBackward0 dapat bekerja, checkpoint menghitung ulang x² dari masukannya, x. "
        "Sampai di situ ia berhenti, sebab hasil y tidak diperlukan untuk mundur. "
        "Dari isinya hanya masukan itu yang ditahan sejak maju, 4 B; kini simpanan 4 B hidup lagi sampai dipakai."
    )
    assert told[7].startswith("Mundur: SinBackward0") and told[7].endswith("Simpanannya dibebaskan.")
    film = timeline(run)
    marks = [
        {card.mark for card in shown_at(film.frames, at).cards.values()} & {"ulang"} for at in range(len(film.frames))
    ]
    assert [at for at, found in enumerate(marks) if found] == [6, 7]  # until what it gave has been used
    assert film.frames[6].card == 1  # x², which is at work


def test_the_film_of_the_older_kind():
    with record() as run:
        x = leaf(2.0)
        y = checkpoint(lambda t: (t**2).sin(), x, use_reentrant=True)
        z = y * 3
        z.backward()
    told = [text for text in texts(run) if text.startswith("Dihitung ulang")]
    assert told == [
        "Dihitung ulang: y = checkpoint(x) tidak menyimpan isi potongannya. Sebelum ia dapat bekerja, potongan itu "
        "dihitung ulang dari masukannya, x, kali ini dengan graf: 2 kartu baru. "
        "Dari isinya hanya masukan itu yang ditahan sejak maju, 4 B; kini simpanan 4 B hidup lagi sampai dipakai.",
        "Dihitung ulang: t adalah tensor daun bernilai 2. Gradiennya akan dikumpulkan di t.grad.",
        "Dihitung ulang: t² = 2² = 4. PowBackward0 masuk ke graf dan menyimpan self (t) untuk backward.",
        "Dihitung ulang: sin … = sin 4 = −0.7568. SinBackward0 masuk ke graf dan menyimpan self untuk backward.",
    ]


def test_a_recomputation_that_finds_other_numbers_says_so():
    scale = torch.tensor(1.0)
    with record() as run:
        t = leaf(2.0)
        out = checkpoint(lambda t: (scale * t).sin(), t, use_reentrant=False)
        scale = torch.tensor(3.0)
        out.backward()
    assert t.grad.item() == pytest.approx(3 * torch.tensor(6.0).cos().item())
    told = texts(run)
    assert told[2].startswith("Maju: out = sin … = sin 2 = 0.9093.")
    assert told[4].endswith("Hasil scale × t kini 6, padahal saat maju 2. Langkah mundur memakai yang baru.")
    assert "cos 6 = 0.9602" in told[5]
    assert told[6].startswith("Mundur: MulBackward0 menerima gradien 0.9602. Untuk t: MulBackward0 memberi 2.881")


def test_lost_randomness_is_told():
    with record() as run:
        dropping(lambda block: block, False, preserve=False)
    (step,) = of(run, "recompute")
    assert [run.graph.nodes[one.node].op for one in step.changes] == ["MulBackward0", "ExpBackward0"]


def test_another_path_is_told_up_to_the_error():
    times = []

    def block(t):
        times.append(1)
        return (t.sin() * t).cos() if len(times) == 1 else t.sin()

    with pytest.raises(checkpoints.CheckpointError), record() as run:
        t = leaf(2.0)
        checkpoint(block, t, use_reentrant=False).backward()
    again, failed = texts(run)[-2:]
    assert again.startswith("Dihitung ulang: checkpoint menghitung ulang sin t dari masukannya, t. Dari isinya hanya")
    assert failed.startswith("Galat")
    (step,) = of(run, "recompute")
    assert step.node is None and ops(run, step.nodes) == ["Sin"]


def test_each_backward_over_a_kept_graph_computes_again():
    with record() as run:
        x = leaf(2.0)
        y = checkpoint(lambda t: t.sin().exp(), x, use_reentrant=False)
        y.backward(retain_graph=True)
        y.backward()
    assert [(step.round, ops(run, step.nodes)) for step in of(run, "recompute")] == [
        (0, ["Sin", "Exp"]), (1, ["Sin", "Exp"])
    ]  # fmt: skip
    assert [step.freed for step in of(run, "gradient")] == [(), (), ("result",), ("self",)]
    film = timeline(run)
    end = next(at for at, frame in enumerate(film.frames) if frame.say[0].text.startswith("Mundur selesai"))
    assert {card.mark for card in shown_at(film.frames, end).cards.values()} == {""}


def test_a_graph_of_gradients_has_no_second_forward():
    with record() as run:
        x = leaf(2.0)
        (g,) = torch.autograd.grad(checkpoint(lambda t: t.sin().exp(), x, use_reentrant=False), x, create_graph=True)
    assert ops(run, of(run, "recompute")[0].nodes) == ["Sin", "Exp"]
    assert ops(run, [step.node for step in of(run, "forward")]).count("Sin") == 1


def test_a_graph_from_before_the_block_is_counted():
    x = leaf(2.0)
    y = checkpoint(lambda t: t.sin().exp(), x, use_reentrant=False)
    with record() as run:
        y.backward()
    (step,) = of(run, "recompute")
    assert (step.checkpoint, step.nodes, step.others) == (None, (), 2)
    assert "checkpoint menghitung ulang 2 operasi. Kini" in play(run).text


def test_in_another_thread():
    x = leaf(0.5)

    def work():
        checkpoint(lambda t: t.tanh().sin(), x, use_reentrant=False).backward()

    with record() as run:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert [ops(run, step.nodes) for step in of(run, "recompute")] == [["Tanh"]]


def test_nothing_is_kept_alive_and_torch_is_as_before():
    saving, again = checkpoints._checkpoint_hook, checkpoints._recomputation_hook
    held = []

    def block(t):
        inner = t.exp()
        held.append(weakref.ref(inner))
        return inner.sin()

    with record() as run:
        assert checkpoints._checkpoint_hook is not saving
        x = leaf(2.0)
        held.append(weakref.ref(x))
        checkpoint(block, x, use_reentrant=False).backward()
        del x
    assert checkpoints._checkpoint_hook is saving and checkpoints._recomputation_hook is again
    gc.collect()
    assert len(run.steps) > 4 and [one() for one in held] == [None] * 3


def test_without_a_checkpoint_nothing_is_added():
    with record() as run:
        leaf(2.0).exp().backward()
    assert run.data.checkpoints == () and '"checkpoints"' not in run.to_json()
    assert "ulang" not in to_json(payload(timeline(run)))


def test_trouble_of_ours_is_told_and_not_raised(monkeypatch):
    def broken(*_):
        raise ValueError("ours")

    monkeypatch.setattr(checkpoint_calls, "SegmentWatch", broken)
    with pytest.warns(RuntimeWarning, match="1 operasi tidak terbaca"), record():
        x = leaf(2.0)
        checkpoint(lambda t: t.exp(), x, use_reentrant=False).backward()
    assert x.grad is not None


def test_long_training_tells_it_in_the_middle():
    w = leaf(0.5)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with record() as run:
        for _ in range(30):
            checkpoint(lambda t: (t * 2).sin() * t, w, use_reentrant=False).backward()
            optimizer.step()
            optimizer.zero_grad()
    film = timeline(run)
    assert film.brief
    told = ["".join(span.text for span in frame.say) for frame in film.frames]
    assert any(text.endswith("Di tengahnya 2 simpul dihitung ulang.") for text in told)
