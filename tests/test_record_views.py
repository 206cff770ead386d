"""Views: the same memory read in another way holds other numbers, and is told as such."""

import pytest
import torch
from torch import nn

from autograd_viz.capturing.record import record
from autograd_viz.capturing.snapshot import stored_at


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def test_a_conjugated_gradient_is_no_repetition_of_what_came_in():
    x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
    with record() as run:
        (x.conj() * (2 + 1j)).imag.sum().backward()
    last = of(run, "gradient")[-1]
    assert last.values[0].numbers == (1 + 2j, 1 + 2j) and last.sent[0].value.numbers == (1 - 2j, 1 - 2j)
    (arrived,) = of(run, "accumulate")
    assert arrived.value.numbers == arrived.change.after.numbers == tuple(x.grad.tolist())


def test_a_hook_that_transposes_a_square_gradient_is_seen():
    w = torch.ones(2, 2, requires_grad=True)
    with record() as run:
        y = w * 3
        y.register_hook(lambda grad: grad.t())
        (y * torch.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    found = of(run, "gradient")[-1]
    assert found.hooked and found.values[0].numbers == (1.0, 3.0, 2.0, 4.0)
    assert of(run, "accumulate")[0].change.after.numbers == tuple(w.grad.flatten().tolist())


def test_a_hook_that_writes_into_the_gradient_is_seen():
    w = torch.ones(2, requires_grad=True)
    with record() as run:
        y = w * 3
        y.register_hook(lambda grad: grad.mul_(10))
        (y * torch.tensor([1.0, 2.0])).sum().backward()
    found = of(run, "gradient")[-1]
    assert found.hooked and found.parts[0].value.numbers == (1.0, 2.0) and found.values[0].numbers == (10.0, 20.0)


def test_what_tells_two_views_of_one_memory_apart():
    z = torch.ones(2, 2, dtype=torch.complex64)
    x = z.imag
    assert stored_at(x) == stored_at(z.imag)
    for other in (z.conj().imag, x.t(), x[:1], x.view(4), x[1:]):
        assert stored_at(other) not in (stored_at(x), None)
    assert stored_at(z.conj()) != stored_at(z)
    before = stored_at(x)
    x.zero_()
    assert stored_at(x) != before


@pytest.mark.parametrize("size", [4, 100, 5_000])
def test_a_negated_view_shows_what_it_holds(size):
    z = torch.complex(torch.zeros(size), torch.linspace(1, 2, size)).requires_grad_()
    with record() as run:
        y = z.conj().imag
    assert y.is_neg()
    value = of(run, "forward")[-1].values[0]
    assert (value.low, value.high) == (-2.0, -1.0) and value.norm == pytest.approx(y.norm().item(), rel=1e-5)


@pytest.mark.parametrize("view", [lambda t: t.t(), lambda t: t[:, ::2], lambda t: t[:, :1].expand(-1, 9)])
def test_a_small_view_keeps_the_numbers_of_its_moment(view):
    base = torch.arange(200.0).reshape(20, 10)
    with record() as run:
        x = view(base).requires_grad_()
        y = x * 1
        with torch.no_grad():
            base.zero_()
        z = x * 1
    first, second = of(run, "forward")[0].values[0], of(run, "forward")[1].values[0]
    found = of(run, "leaf")[0].value
    assert found.shape == tuple(x.shape) and found.high == first.high == y.max().item() > 0
    assert found.norm == pytest.approx(y.double().norm().item()) and found.mean == pytest.approx(y.mean().item())
    assert second.high == 0.0 and not z.any()


def test_leaves_of_one_module_call_keep_the_names_of_variables_that_are_gone():
    layer = nn.Linear(2, 1)

    def step(x):
        kernel, shift = torch.ones(1, 2, requires_grad=True), torch.ones(1, requires_grad=True)
        return torch.func.functional_call(layer, {"weight": kernel, "bias": shift}, x)

    with record() as run:
        out = step(torch.ones(3, 2))
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["kernel", "shift"] and out.requires_grad


def test_a_shared_parameter_of_a_module_that_is_gone_goes_by_its_first_path():
    def step():
        first, second = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
        second.weight = first.weight
        return nn.Sequential(first, nn.Tanh(), second)(torch.ones(1, 2)).sum()

    with record() as run:
        step().backward()
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["0.weight"]
