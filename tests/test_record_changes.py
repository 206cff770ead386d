"""Changes of parameters and of .grad outside an optimizer: clipping, updates by hand, .data."""

import pytest
import torch
from torch import nn

from autograd_viz.capturing.record import record


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def inplace(run):
    return [step for step in run.steps if step.kind == "inplace"]


def told(step):
    return (step.name, step.operation, step.change.before.numbers, step.change.after.numbers)


@pytest.mark.parametrize("foreach", [None, False])
def test_clipping_by_norm(foreach):
    w, b = leaf(3.0), leaf(1.0)
    with record() as run:
        (w * 3 + b * 4).backward()
        total = nn.utils.clip_grad_norm_([w, b], max_norm=1.0, foreach=foreach)
    assert total.item() == 5.0
    one, other = inplace(run)
    assert told(one) == ("w.grad", "clip_grad_norm_", (3.0,), (w.grad.item(),))
    assert told(other) == ("b.grad", "clip_grad_norm_", (4.0,), (b.grad.item(),))
    assert run.line(one).strip().startswith("total = nn.utils.clip_grad_norm_(")
    assert w.grad.item() == pytest.approx(0.6)


@pytest.mark.parametrize("foreach", [None, False])
def test_clipping_by_value(foreach):
    w = leaf(1.0)
    with record() as run:
        (w * 9).backward()
        nn.utils.clip_grad_value_([w], 2.0, foreach=foreach)
    steps = inplace(run)
    assert {step.name for step in steps} == {"w.grad"} and {step.operation for step in steps} == {"clip_grad_value_"}
    assert steps[0].change.before.numbers == (9.0,) and steps[-1].change.after.numbers == (2.0,)


def test_clipping_shows_in_the_next_accumulation():
    w = leaf(1.0)
    with record() as run:
        (w * 9).backward()
        nn.utils.clip_grad_value_([w], 2.0)
        (w * 1).backward()
    last = [step for step in run.steps if step.kind == "accumulate"][-1]
    assert last.change.before.numbers == (2.0,) and last.change.after.numbers == (3.0,)


UPDATES = {
    "sub": lambda w: w.sub_(0.5 * w.grad),
    "data": lambda w: w.data.sub_(0.5 * w.grad),
}


@pytest.mark.parametrize("how", UPDATES)
def test_update_by_hand(how):
    w = leaf(2.0)
    with record() as run:
        for _ in range(2):
            w.grad = None
            (w * w).backward()
            with torch.no_grad():
                UPDATES[how](w)
        y = w * 1
    first, second = inplace(run)
    assert told(first) == ("w", "sub_", (2.0,), (0.0,)) and told(second) == ("w", "sub_", (0.0,), (0.0,))
    last = [step for step in run.steps if step.kind == "forward"][-1]
    assert last.inputs[0].numbers == (w.item(),) == (y.item(),)


def test_assigning_data_is_seen_at_the_next_use():
    w = leaf(2.0)
    with record() as run:
        w * 1
        w.data = torch.tensor(5.0)
        w * 1
    assert [step.inputs[0].numbers for step in run.steps if step.kind == "forward"] == [(2.0,), (5.0,)]


def test_grad_changed_by_the_user():
    w = leaf(2.0)
    with record() as run:
        (w * 3).backward()
        w.grad /= 2
        w.grad.data.mul_(10)
        (w * 1).backward()
    assert [told(step) for step in inplace(run)] == [
        ("w.grad", "div_", (3.0,), (1.5,)),
        ("w.grad", "mul_", (1.5,), (15.0,)),
    ]
    last = [step for step in run.steps if step.kind == "accumulate"][-1]
    assert last.change.before.numbers == (15.0,)


def test_filling_a_parameter_through_a_library():
    layer = nn.Linear(1, 1, bias=False)
    with record() as run:
        layer(torch.ones(1, 1))
        nn.init.constant_(layer.weight, 7.0)
        y = layer(torch.ones(1, 1))
    (step,) = inplace(run)
    assert (step.name, step.operation, step.change.after.numbers) == ("weight", "constant_", (7.0,))
    assert y.item() == 7.0


def test_buffers_and_optimizers_are_no_changes():
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1))
    optimizer = torch.optim.Adam(net.parameters())
    with record() as run:
        for _ in range(2):
            optimizer.zero_grad(set_to_none=False)
            net(torch.randn(4, 2)).sum().backward()
            optimizer.step()
    assert inplace(run) == []
