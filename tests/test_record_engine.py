"""The engine seen from outside: a graph of gradients, backward inside backward, recomputed parts; nothing of ours."""

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack
from torch.utils.checkpoint import checkpoint

from autograd_viz.capturing.record import record
from autograd_viz.playing.player import play
from autograd_viz.tracing.trace import trace


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def ops(graph):
    return sorted(node.op for node in graph.nodes if node.role in ("operation", "output"))


@pytest.mark.parametrize("size", [1, 100], ids=["small", "large"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float", "bfloat"])
def test_a_graph_of_gradients_holds_only_what_the_user_computed(size, dtype):
    x = torch.linspace(1, 2, size, dtype=dtype, requires_grad=True)
    with record() as run:
        y = (x**3).sum()
        (g,) = torch.autograd.grad(y, x, create_graph=True)
        z = (g * g).sum()
    assert ops(run.graph) == ops(trace(y, g, z))
    assert [run.graph.nodes[step.node].op for step in of(run, "forward")].count("ViewBackward0") == 0
    assert not of(run, "cut") and not of(run, "inplace")


def test_user_operations_in_a_hook_of_a_graph_of_gradients_are_seen():
    x = leaf(3.0)
    with record() as run:
        y = x * x
        y.register_hook(lambda grad: grad * 10)
        (g,) = torch.autograd.grad(y * 2, x, create_graph=True)
        g.backward()
    assert x.grad.item() == 40.0
    assert ops(run.graph) == sorted([*ops(trace(y * 2, g)), "MulBackward0"])[: len(ops(run.graph))]


def twice(recorded):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(5, 80), nn.Tanh(), nn.Linear(80, 1))
    x = torch.randn(4, 5, requires_grad=True)

    def run():
        (g,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
        ((g.norm(dim=1) - 1) ** 2).mean().backward()

    if recorded:
        with record():
            run()
    else:
        run()
    return [parameter.grad for parameter in net.parameters() if parameter.grad is not None]


def test_gradient_penalty_is_bit_equal():
    assert all(torch.equal(one, other) for one, other in zip(twice(True), twice(False), strict=True))


KEEP_RESULT = {
    "ExpBackward0": torch.exp,
    "SqrtBackward0": torch.sqrt,
    "SigmoidBackward0": torch.sigmoid,
    "TanhBackward0": torch.tanh,
    "ReluBackward0": torch.relu,
    "ReciprocalBackward0": torch.reciprocal,
    "RsqrtBackward0": torch.rsqrt,
    "SoftmaxBackward0": lambda a: a.softmax(0),
}


@pytest.mark.parametrize("op", KEEP_RESULT)
@pytest.mark.parametrize("last", [True, False], ids=["last", "followed"])
def test_an_operation_that_saves_its_result(op, last):
    a = leaf([4.0])
    with record() as run:
        y = KEEP_RESULT[op](a)
        if not last:
            y = y * 2
    (node,) = [node for node in run.graph.nodes if node.op == op]
    (kept,) = node.saved
    assert (kept.name, kept.state, kept.shape) == ("result", "alive", (1,))
    assert y.shape == (1,)


def test_the_film_tells_that_the_result_is_saved():
    a = leaf([4.0])
    with record() as run:
        y = a.exp()
        y.sum().backward()
    (step,) = [step for step in of(run, "gradient") if run.graph.nodes[step.node].op == "ExpBackward0"]
    assert step.freed == ("result",)
    assert "tidak ada tensor" not in repr(play(run)).split("SumBackward0")[0]


def test_a_user_detach_stands_where_it_was_written():
    x = leaf(3.0)
    with record() as run:
        y = x.exp()
        torch.detach(y)
        d = y.detach()
        z = y * d
    shown = [(step.kind, step.name) for step in run.steps]
    assert shown == [("leaf", "x"), ("forward", "y"), ("cut", "y"), ("forward", "z")]
    assert z.requires_grad


class Inner(torch.autograd.Function):
    """Runs a backward of its own inside backward."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.detach() ** 3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            inner = x.detach().requires_grad_()
            (own,) = torch.autograd.grad(inner**3, inner)
        return grad * own


def test_backward_inside_backward_belongs_to_its_node():
    x = leaf(2.0)
    with record() as run:
        y = Inner.apply(x)
        z = y * 2
        z.backward()
    assert x.grad.item() == 24.0
    assert [(step.round, step.call) for step in of(run, "backward")] == [(0, "backward"), (1, "grad")]
    assert ops(run.graph) == ["InnerBackward", "MulBackward0", "PowBackward0"]
    shown = [(step.round, run.graph.nodes[step.node].op, step.values[0].numbers) for step in of(run, "gradient")]
    assert shown == [
        (0, "MulBackward0", (1.0,)),
        (1, "PowBackward0", (1.0,)),
        (1, "AccumulateGrad", (12.0,)),
        (0, "InnerBackward", (2.0,)),
    ]
    assert [step.round for step in of(run, "end")] == [1, 0]
    assert not of(run, "cut")
    assert [run.line(step).strip() for step in of(run, "leaf")] == [
        "return x.detach() ** 3",
        "(own,) = torch.autograd.grad(inner**3, inner)",
    ]


@pytest.mark.parametrize("reentrant", [True, False])
def test_recomputation_shows_every_gradient(reentrant):
    torch.manual_seed(0)
    block = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    x = torch.randn(2, 3, requires_grad=True)
    block(x).sum().backward()
    plain = [parameter.grad.clone() for parameter in block.parameters()]
    block.zero_grad()
    x.grad = None
    with record() as run:
        y = checkpoint(block, x, use_reentrant=reentrant)
        loss = (y * 2 - y).sum()
        loss.backward()
    assert all(torch.equal(one, p.grad) for one, p in zip(plain, block.parameters(), strict=True))
    kinds = [step.kind for step in run.steps]
    inner = ["AddmmBackward0", "TBackward0", "TanhBackward0"] if reentrant else []  # a graph of its own
    assert kinds.count("backward") == 1 + reentrant
    recomputed = [step for step in run.steps[kinds.index("backward") :] if step.kind == "forward"]
    assert sorted(run.graph.nodes[step.node].op for step in recomputed) == inner
    assert ops(run.graph) == sorted([*ops(trace(loss)), *inner])
    grads = {node.name: node.grad.numbers for node in run.graph.nodes if node.role == "leaf" and node.name}
    assert grads.pop("x") == tuple(x.grad.flatten().tolist())
    assert grads == {name: tuple(p.grad.flatten().tolist()) for name, p in block.named_parameters()}
    assert "AccumulateGrad" not in repr(play(run)).splitlines()[0]


def test_an_optimizer_that_steps_inside_backward():
    w = leaf(1.0)
    optimizer = torch.optim.SGD([w], lr=0.5)

    def at_once(_parameter):
        optimizer.step()
        optimizer.zero_grad()

    handle = w.register_post_accumulate_grad_hook(at_once)
    with record() as run:
        (w * 3).backward()
    handle.remove()
    assert w.item() == -0.5
    (step,) = of(run, "optimizer")
    assert step.changes[0].before.numbers == (1.0,) and step.changes[0].after.numbers == (-0.5,)


@pytest.mark.parametrize(
    "operation",
    [torch.prod, lambda x: x.prod(0), lambda x: x.cumprod(0).sum(), lambda x: torch.linalg.det(x.reshape(2, 2))],
    ids=["prod", "prod of a dimension", "cumprod", "det"],
)
def test_gradients_with_two_formulas_are_bit_equal_and_told(operation):
    def derivatives():
        torch.manual_seed(3)
        x = torch.randn(4, requires_grad=True)
        (first,) = torch.autograd.grad(operation(x), x, create_graph=True)
        (second,) = torch.autograd.grad(first.square().sum(), x)
        return first, second

    plain = derivatives()
    with pytest.warns(RuntimeWarning, match="memakai rumus lain selagi diamati"), record() as run:
        found = derivatives()
    assert all(torch.equal(one, other) for one, other in zip(found, plain, strict=True))
    assert [one.kind for one in run.missing] == ["formula"]
    assert not torch.utils._python_dispatch._get_current_dispatch_mode_stack()


def test_a_formula_that_fails_leaves_the_recording_on():
    def fail(_grads, _outputs):
        raise KeyError("milik pengguna")

    x = leaf(2.0, 3.0)
    with pytest.warns(RuntimeWarning), record() as run:
        product = x.prod()
        product.grad_fn.register_hook(fail)
        with pytest.raises(KeyError):
            product.backward(create_graph=True)
        y = x * 2
        y.sum().backward()
    assert [step.name for step in of(run, "forward")][-2] == "y" and x.grad.tolist() == [2.0, 2.0]
    assert not _get_current_dispatch_mode_stack()
