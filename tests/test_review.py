"""How a review is shown and stored: text, HTML, errors; and what a recording notes for it."""

import re

import pytest
import torch
from torch import nn

from autograd_viz import Recording, Review, check_run, record
from autograd_viz.recording.circumstances import Clipped, GradCopied, ModuleCalled, Scaled
from autograd_viz.recording.events import Leaf, OptimizerStep, RecordingData
from autograd_viz.recording.source import Place, Source
from autograd_viz.reviewing.finding import Finding
from autograd_viz.reviewing.review import where

HOSTILE = "</pre><script>alert(1)</script>&\"'<b>"


def training(turns=2, **options):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, **options)
    return model, optimizer, torch.randn(4, 2), range(turns)


def seen(run, kind):
    return [one for one in run.data.circumstances.observations if isinstance(one, kind)]


def test_what_a_page_shows_is_escaped():
    one = Finding("id", HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, HOSTILE, Place(0, 1, 1), HOSTILE)
    page = Review((one,), 3, HOSTILE)._repr_html_()
    assert "<script" not in page and "<b>" not in page and page.count("&lt;script&gt;") == 7


def test_a_page_and_a_text_tell_the_same():
    evidence, place = ("bukti satu", "bukti dua"), Place(0, 7, 7)
    one = Finding("name", "Judul", "Kalimat.", evidence, "w.grad = None", "05", place, " a = 1")
    review = Review((one,), 3)
    plain = re.sub(r"<style>.*?</style>|<[^>]+>", " ", review._repr_html_())
    told = ("1 temuan (3 pemeriksaan).", "Judul", "Kalimat.", *evidence, "w.grad = None", "Pelajaran 05")
    for part in (*told, "baris 7: a = 1"):
        assert part in plain and part in repr(review), part
    assert where(one._replace(place=None)) == "" and len(review) == 1


def test_the_same_run_gives_the_same_review():
    def once():
        model, optimizer, x, turns = training()
        with record() as run:
            for _ in turns:
                model(x).pow(2).mean().backward()
                optimizer.step()
        return run

    first, second = check_run(once()), check_run(once())
    assert repr(first) == repr(second) and first._repr_html_() == second._repr_html_() and len(first) == 1


def test_what_is_no_recording_is_refused():
    with pytest.raises(TypeError, match="with record"):
        check_run(3)
    with pytest.raises(ValueError, match="belum selesai"):
        check_run(Recording())


def test_an_incomplete_recording_says_so():
    model, _, x, _ = training()
    with pytest.warns(RuntimeWarning), record() as run:
        torch.func.grad(lambda t: model(t).sum())(x)
    assert run.missing_line and run.missing_line in repr(check_run(run))


def test_an_empty_recording_has_nothing():
    assert check_run(Recording(RecordingData())).findings == ()
    source = Source("sel", "for _ in x:\n    opt.step\n")
    data = RecordingData(sources=(source,), steps=(Leaf(0, Place(0, 1, 1)),))
    assert check_run(Recording(data)).findings == ()  # nothing around the name was run


def test_modules_are_seen_with_their_mode():
    model, optimizer, x, _ = training()
    with record() as run:
        model(x).sum().backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            model(x)
    assert [(one.training, one.grading) for one in seen(run, ModuleCalled)] == [(True, True), (False, False)]
    (parts,) = run.data.circumstances.modules
    assert (parts.name, parts.dropouts, parts.batch_norms) == ("model", 1, 0)
    assert [(one.path, one.leaf is not None, one.frozen) for one in parts.parameters][:2] == [
        ("0.weight", True, False), ("0.bias", True, False),
    ]  # fmt: skip


def test_without_a_step_modules_are_not_looked_into():
    model, _, x, _ = training()
    with record() as run:
        model(x).sum().backward()
    assert run.data.circumstances.modules == ()


def test_clipping_is_seen_with_its_limit_and_norm():
    w = nn.Parameter(torch.tensor([3.0, 4.0]))
    with record() as run:
        nn.utils.clip_grad_norm_([w], 2.0)
        (w * w.detach()).sum().backward()
        nn.utils.clip_grad_norm_(w, max_norm=1.0)
        nn.utils.clip_grad_value_(iter([w]), clip_value=0.5)
    first, second, third = seen(run, Clipped)
    assert (first.limit, first.norm, first.leaves) == (2.0, 0.0, ())  # a tensor that the recording did not know yet
    assert (second.limit, second.norm, second.leaves, third.limit) == (1.0, 5.0, (0,), 0.5)
    assert run.line(second).strip() == "nn.utils.clip_grad_norm_(w, max_norm=1.0)" and w.grad.tolist() == [0.5, 0.5]
    assert nn.utils.clip_grad_value_.__module__ == nn.utils.clip_grad.__name__, "put back"


def test_a_scaler_is_seen_and_put_back():
    model, optimizer, x, _ = training()
    bare = {name: vars(torch.amp.GradScaler)[name] for name in ("scale", "unscale_", "step", "update")}
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    with record() as run:
        scaler.scale(model(x).mean()).backward()
        scaler.step(optimizer)
        scaler.update()
    calls = seen(run, Scaled)
    assert [one.call for one in calls] == ["scale", "step", "unscale_", "update"]
    assert {one.scale for one in calls} == {8.0}
    assert calls[1].optimizer == next(step.number for step in run.steps if isinstance(step, OptimizerStep))
    assert {name: vars(torch.amp.GradScaler)[name] for name in bare} == bare


def test_optimizers_are_told_apart_and_their_gradients_measured():
    a, b = nn.Parameter(torch.tensor(3.0)), nn.Parameter(torch.tensor(1.0))
    one, two = torch.optim.SGD([a], 0.1), torch.optim.SGD([b], 0.1)
    with record() as run:
        (2 * a).backward()
        for optimizer in (one, two, one):
            optimizer.step()
    steps = [step for step in run.steps if isinstance(step, OptimizerStep)]
    assert [step.number for step in steps] == [0, 1, 0]
    assert [step.updates[0].grad for step in steps] == [2.0, None, 2.0]


def test_a_copy_of_a_gradient_and_a_write_through_data_are_seen():
    w = nn.Parameter(torch.tensor([1.0, 2.0]))
    with record() as run:
        y = w.exp()
        y.sum().backward()
        w.grad.clamp(-1, 1)
        w.detach().clamp(-1, 1)
        y.data.add_(1)
        w.data.add_(w.data)
    assert [(one.operation, one.leaf) for one in seen(run, GradCopied)] == [("clamp", 0)]
    writes = [step for step in run.steps if step.kind == "inplace"]
    assert [(step.through, step.overlaps) for step in writes] == [(1, False), (None, True)]


def test_what_is_kept_is_a_number_and_not_a_tensor():
    w = nn.Parameter(torch.ones(1))
    with record() as run:
        kept = w * 2
        kept.backward()
        (w * 3).backward()
    assert run.data.circumstances.kept == (0,)


def entered(run):
    around = run.data.circumstances
    nodes = run.graph.nodes
    return [(nodes[one.node].op, [around.origins[origin].how for origin in one.origins]) for one in around.entered]


def test_what_has_lost_its_graph_is_followed_to_where_it_goes_in():
    w, held = nn.Parameter(torch.full((3,), 2.0)), torch.zeros(2, 3)
    with record() as run:
        y = w * 2
        hard = (y > 1).float() * torch.ones(3)  # through an operation without a graph
        (y * hard).sum().backward()
        held[0] = y.detach()  # through a view
        w - held
        held.zero_()
        w / held  # nothing is left of it
        slope = torch.autograd.grad((w**2).sum(), w)[0]
        w.exp() + slope
        w.sin() + slope.detach()  # a constant on purpose
        w.cos() * torch.ones_like(w)  # only its shape
        drawn = torch.distributions.Normal(y, 1.0).sample()
        torch.relu(w) + drawn
        with torch.no_grad():
            again = slope + 1  # and so is this
        w.tan() - again
        w.sigmoid() - torch.zeros(3)
    assert entered(run) == [
        ("MulBackward0", ["no_derivative"]),
        ("SubBackward0", ["detach"]),
        ("AddBackward0", ["grad"]),
        ("AddBackward0", ["no_grad"]),
    ]
    origins = run.data.circumstances.origins
    sources = [run.graph.nodes[one.nodes[0]].op for one in origins]
    assert sources == ["MulBackward0", "MulBackward0", "SumBackward0", "MulBackward0"]
    assert run.line(origins[0]).strip().startswith("hard =") and origins[2].round == 1
    assert Recording.from_json(run.to_json()) == run


def test_numbers_that_become_a_tensor_again_are_known_by_the_frame_that_read_them():
    w = nn.Parameter(torch.tensor([1.0, 2.0]))

    def elsewhere():
        return torch.tensor([3.0, 3.0])

    with record() as run:
        listed = (w * 2).tolist()
        w + elsewhere()
        w - torch.tensor(listed)
        parts = [w.sum(), w.prod()]
        w * torch.tensor(parts)
        w / torch.tensor(w.detach().numpy())
    found = [(op, set(hows)) for op, hows in entered(run)]
    assert [op for op, _ in found] == ["SubBackward0", "MulBackward0", "DivBackward0"]
    assert "numpy" in found[2][1] and found[0][1] == found[1][1] == {"item"}
    origins = run.data.circumstances.origins
    assert run.line(origins[0]).strip() == "listed = (w * 2).tolist()"
    assert origins[0].made.line == origins[0].place.line + 2
    assert "tolist" not in vars(torch.Tensor) and "numpy" not in vars(torch.Tensor)  # put back
