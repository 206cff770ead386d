"""What a drawing says of the parameters that are not in its graph."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from autograd_viz import Graph, draw, trace
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
