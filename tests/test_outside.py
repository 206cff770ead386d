"""What a drawing says of the parameters that are not in its graph."""

import re

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from autograd_viz import Graph, Recording, draw, record, trace
from autograd_viz.graph import Outside


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.BatchNorm1d(8))
        self.head, self.old = nn.Linear(8, 2), nn.Linear(3, 3)

    def forward(self, x):
        return self.head(self.body(x))


FROZEN = "Beku (requires_grad=False): "
LOOSE = "Tidak tersambung, jadi .grad-nya tidak terisi: "


def said(model, **options):
    loss = model(torch.randn(5, 4)).pow(2).mean()
    drawn = draw(loss, names=model, **options)
    return [line for line in drawn.text.splitlines() if line.startswith((FROZEN, LOOSE))]


def test_a_frozen_module_is_named_once_and_buffers_are_no_parameters():
    model = Model()
    model.body.requires_grad_(False)
    assert said(model) == [f"{FROZEN}body (6 parameter).", f"{LOOSE}old (2 parameter)."]


def test_a_module_that_is_frozen_in_part_is_told_by_its_parts():
    model = Model()
    del model.old
    model.body[0].requires_grad_(False)
    model.body[2].weight.requires_grad_(False)
    assert said(model) == [f"{FROZEN}body.0 (2 parameter), body.2.weight."]


def test_nothing_is_said_where_everything_learns():
    model = Model()
    del model.old
    assert said(model) == [] == said(model, lens="memory")
    assert trace(model(torch.randn(5, 4)).sum(), names=model).outside == ()


def test_the_picture_and_the_alt_text_say_it_too():
    model = Model()
    model.body.requires_grad_(False)
    drawn = draw(model(torch.randn(5, 4)).sum(), names=model)
    assert f"{FROZEN}body (6 parameter)." in drawn.svg.partition("</desc>")[2]
    assert f"{LOOSE}old (2 parameter)." in drawn.svg.partition("</desc>")[0]


def test_a_frozen_backbone_of_its_own_is_known_by_names():
    body, head = nn.Linear(4, 4).requires_grad_(False), nn.Linear(4, 1)
    loss = head(body(torch.randn(2, 4))).sum()
    assert f"{FROZEN}body (2 parameter)." in draw(loss, names={"body": body, "head": head}).text


def test_a_tied_weight_is_one_parameter_and_many_names_are_cut_short():
    model = nn.ModuleDict({"a": nn.Linear(3, 3, bias=False), "b": nn.Linear(3, 3, bias=False)})
    model["b"].weight = model["a"].weight
    assert trace(model["a"](torch.ones(1, 3)).sum(), names=model).outside == ()
    many = nn.ModuleDict({f"m{i}": nn.Linear(2, 2, bias=False).requires_grad_(i == 0) for i in range(12)})
    text = draw(many["m0"](torch.ones(1, 2)).sum(), names=many).text
    assert "m6.weight, dan 5 lagi." in text and "m7" not in text


def test_it_travels_with_the_graph():
    graph = Graph((), (), outside=(Outside("w", True),))
    assert Graph.from_json(graph.to_json()) == graph


def test_what_a_checkpoint_uses_inside_is_not_called_disconnected():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2))
    loss = checkpoint(model[1], model[0](torch.ones(1, 2)), use_reentrant=True).sum()
    loss.backward()
    text = draw(loss, names=model).text
    assert model[1].weight.grad is not None and "Tidak tersambung" not in text
    assert (
        "Tidak terlihat di graf: 1 (2 parameter), 2 (2 parameter). Yang dipakai di dalam CheckpointFunctionBackward "
        "tetap mendapat gradien, yang lain tidak."
    ) in text


@pytest.mark.parametrize("width", [3, 5])
def test_a_frozen_weight_that_was_saved_turned_is_told_so(width):
    model = nn.Sequential(nn.Linear(2, 5), nn.Linear(5, width))
    model[1].requires_grad_(False)
    text = draw(model(torch.ones(1, 2)).sum(), names=model).text
    assert f"1.weightᵀ · (5, {width})" in text


# Of a recording.

class Cut(nn.Module):
    def __init__(self, between):
        super().__init__()
        self.first, self.last, self.old = nn.Linear(3, 3), nn.Linear(3, 2), nn.Linear(2, 2)
        self.frozen = nn.Linear(3, 3).requires_grad_(False)
        self.between = between

    def forward(self, x):
        h = self.first(self.frozen(x)).detach()
        return self.last(self.between(h))


def run_of(model):
    with record() as run:
        model(torch.randn(2, 3)).sum().backward()
    return run


@pytest.mark.parametrize("between", [nn.Identity(), nn.ReLU()])
def test_a_recording_says_the_same_and_where_it_was_cut(between):
    model = Cut(between)
    drawn = draw(run := run_of(model))
    heads = drawn.text.partition("\n\n")[0].splitlines()[1:]
    assert heads[:2] == [
        f"{FROZEN}frozen (2 parameter).", f"{LOOSE}first (2 parameter), old (2 parameter)."
    ]
    cut = r"Graf diputus oleh detach di baris \d+: h = self.first\(self.frozen\(x\)\).detach\(\)\."
    assert re.fullmatch(cut, heads[2])
    assert all(line in drawn._repr_mimebundle_()["text/html"] for line in heads)
    linked = isinstance(between, nn.Identity)
    (told,) = [line for line in drawn.text.splitlines() if "diputus: detach" in line]
    assert ("tanpa gradien" in told) is linked, "on the card of the result; of what was cut if that is not drawn"
    assert drawn.svg.count('class="wire broken"') == drawn.svg.count('class="head broken"') == linked
    assert ("panah jingga: graf diputus" in drawn.svg) is linked
    assert draw(run, names=model).text == draw(run, names={"model": model}).text == drawn.text
    assert draw(Recording.from_json(run.to_json())).svg == drawn.svg


def test_a_cut_inside_of_a_card_that_opens_is_drawn_there():
    model = nn.Sequential(*[Cut(nn.Identity()) for _ in range(3)], nn.Linear(2, 1))
    model[1].first, model[2].first = nn.Linear(3, 3), nn.Linear(3, 3)
    for part in model[:2]:
        part.last = nn.Linear(3, 3)
    page = draw(run_of(model), depth=1).page
    assert '"kind":"wire broken"' in page and "3 kali" in page


def test_what_is_only_read_is_no_cut_and_a_teacher_that_was_only_called_is_told():
    teacher, w = nn.Linear(3, 3).requires_grad_(False), torch.ones(3, requires_grad=True)
    with record() as run:
        with torch.no_grad():
            wanted = teacher(torch.ones(1, 3))
        loss = (w * 2 - wanted).pow(2).sum()
        loss.backward()
        loss.detach().numpy(), loss.item()
        with torch.no_grad():
            w -= 0.1 * w.grad
    assert draw(run).text.partition("\n\n")[0].splitlines()[1:] == [f"{FROZEN}teacher (2 parameter)."]
    assert f"{LOOSE}other (2 parameter)." in draw(run.graph, names={"other": nn.Linear(1, 1)}).text
    with pytest.warns(UserWarning, match=r"names= berisi tensor \(w\)"):
        draw(run, names={"w": w})
