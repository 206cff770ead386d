"""Custom Functions that feed each other, copies of models, tensors without numbers, and hooks that change .grad."""

import copy

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from autograd_viz.capturing.record import record
from autograd_viz.drawing.display import draw
from autograd_viz.playing.player import play


def leaf(*numbers):
    return torch.tensor(numbers[0] if len(numbers) == 1 else list(numbers), requires_grad=True)


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        x.mul_(2)
        return x

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


class AddInto(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.mark_dirty(x)
        return x.add_(y)

    @staticmethod
    def backward(ctx, grad):
        return grad, grad


class Sine(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x.sin()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0])

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[0].cos()


class ByNumpy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.from_numpy(x.numpy() * 3)

    @staticmethod
    def backward(ctx, grad):
        return grad * 3


def in_place(x):
    y = x.clone()
    y = Twice.apply(y)
    y = AddInto.apply(y, x)
    y = Twice.apply(y)
    return y


def nested(x):
    return Sine.apply(Sine.apply(x))


def through_numpy(x):
    return Sine.apply(ByNumpy.apply(x))


def built_before(x):
    return Twice.apply(Twice.apply(x.clone()))


@pytest.mark.parametrize(
    ("program", "values"),
    [
        (in_place, [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0), (6.0, 12.0)]),
        (nested, [(0.8414709568023682, 0.9092974066734314), (0.745624, 0.789072)]),
        (through_numpy, [(3.0, 6.0), (0.14112, -0.279415)]),
        (built_before, [(1.0, 2.0), (2.0, 4.0), (4.0, 8.0)]),
    ],
)
def test_functions_that_feed_each_other_show_every_result(program, values):
    x = leaf(1.0, 2.0)
    plain = program(x)
    with record() as run:
        found = program(x)
        found.sum().backward()
    assert torch.equal(found, plain) and run.missing == ()
    cards = [node for node in run.graph.nodes if node.role == "operation"]
    assert [node.value.numbers for node in cards] == [pytest.approx(numbers, abs=1e-6) for numbers in values]
    assert [step.node for step in of(run, "forward")] == [
        number for number, node in enumerate(run.graph.nodes) if node.role in ("operation", "output")
    ]


def test_the_result_of_a_function_bears_the_name_that_its_caller_gives():
    def caller(x):
        y = x.clone()
        y = Twice.apply(y)
        z = AddInto.apply(y, x)
        return Sine.apply(z)

    with record() as run:
        caller(leaf(1.0, 2.0)).sum().backward()
    named = [(node.op, node.name) for node in run.graph.nodes if node.role == "operation"]
    assert named == [("CloneBackward0", "y"), ("TwiceBackward", "y"), ("AddIntoBackward", "z"), ("SineBackward", None)]


def test_in_place_functions_on_a_graph_from_before_the_block():
    x = leaf(1.0, 2.0)
    y = x.clone()
    with record() as run:
        Twice.apply(y)
        Twice.apply(y)
        y.sum().backward()
    found = [(node.op, node.value.numbers) for node in run.graph.nodes if node.role == "operation"]
    assert found == [
        ("CloneBackward0", (1.0, 2.0)),
        ("TwiceBackward", (2.0, 4.0)),
        ("TwiceBackward", (4.0, 8.0)),
    ]


def test_module_hooks_on_both_sides():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    model[0].register_full_backward_hook(lambda *_: None)
    model[1].register_full_backward_pre_hook(lambda _, grads: (grads[0] * 2,))
    with record() as run:
        model(torch.ones(1, 2, requires_grad=True)).sum().backward()
    assert all(node.value is not None for node in run.graph.nodes) and run.missing == ()


def test_a_copied_model_is_no_special_tensor():
    model = nn.Linear(2, 1)
    with record() as run:
        other = copy.deepcopy(model)
        average = torch.optim.swa_utils.AveragedModel(model)
        (model(torch.ones(1, 2)) - other(torch.ones(1, 2)) + average(torch.ones(1, 2))).sum().backward()
    assert run.missing == () and len([node for node in run.graph.nodes if node.role == "leaf"]) == 6


def test_tensors_without_numbers_are_told():
    w = leaf(2.0)
    with pytest.warns(RuntimeWarning, match="tidak lengkap"), record() as run:
        with FakeTensorMode():
            v = torch.ones(3, requires_grad=True)
            (v * 2).sum().backward()
        (w * 3).backward()
    assert {one.kind for one in run.missing} == {"subclass", "backward"}
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["w"]


def test_an_export_is_no_special_tensor():
    model = nn.Linear(2, 1)
    with record() as run:
        torch.export.export(model, (torch.ones(1, 2),))
        model(torch.ones(1, 2)).sum().backward()
    assert run.missing == () and all(node.grad is not None for node in run.graph.nodes if node.role == "leaf")


# What stands in .grad at the end is what the card shows.


def scaled_and_clipped(model, optimizer):
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(model(torch.ones(1, 2)).pow(2).sum()).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_value_(model.parameters(), 0.5)


def clipped(model, optimizer):
    (model(torch.ones(1, 2)) * 9).sum().backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)


def clipped_in_a_hook(model, optimizer):
    def clip(parameter):
        parameter.grad.clamp_(max=0.25)

    handles = [parameter.register_post_accumulate_grad_hook(clip) for parameter in model.parameters()]
    model(torch.ones(1, 2)).sum().backward()
    for handle in handles:
        handle.remove()


@pytest.mark.parametrize("program", [scaled_and_clipped, clipped, clipped_in_a_hook])
def test_a_card_shows_what_grad_holds_at_the_end(program):
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with record() as run:
        program(model, optimizer)
    shown = {node.name: node.grad.numbers for node in run.graph.nodes if node.role == "leaf"}
    assert shown == {name: tuple(one.grad.flatten().tolist()) for name, one in model.named_parameters()}
    assert not model.weight._post_accumulate_grad_hooks


def test_a_hook_that_changes_grad_is_told():
    w = leaf(1.0, 2.0)
    w.register_post_accumulate_grad_hook(lambda leaf: [leaf.grad.clamp_(max=3.0)] and None)
    with record() as run:
        (w * w).sum().backward()
    kinds = [step.kind for step in run.steps]
    assert kinds[kinds.index("accumulate") :] == ["accumulate", "inplace", "end"]
    (step,) = of(run, "inplace")
    assert (step.name, step.change.before.numbers, step.change.after.numbers) == ("w.grad", (2.0, 4.0), (2.0, 3.0))
    assert "w.grad diubah di tempat oleh post_accumulate_grad_hook" in repr(play(run))
    assert "grad [2, 3]" in draw(run).text


def test_a_leaf_has_the_name_of_a_variable_rather_than_its_way_through_a_list():
    kept = []

    def use():
        gain = leaf(1.0, 2.0)
        kept.append(gain)
        (gain * 3).sum().backward()

    with record() as run:
        use()
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["gain"]
