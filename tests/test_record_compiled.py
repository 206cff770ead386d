"""Compiled code stays compiled inside record() and after it, and is one card; higher-order operators run as bare."""

import contextlib
import warnings

import pytest
import torch
import torch._dynamo.testing
from torch import nn

from autograd_viz.capturing.record import record
from autograd_viz.drawing.display import draw


@pytest.fixture(autouse=True)
def fresh_dynamo():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def leaf(*numbers):
    return torch.tensor(list(numbers), requires_grad=True)


def mixed(x, w):
    return (torch.softmax(x @ w, -1) * torch.tanh(x @ w).detach()).sum()


def module():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def operations(run):
    return [node.op for node in run.graph.nodes if node.role in ("operation", "output")]


@pytest.mark.parametrize("fullgraph", [False, True], ids=["breaks allowed", "fullgraph"])
def test_a_function_compiled_inside_stays_compiled(fullgraph):
    torch.manual_seed(0)
    x, w = torch.randn(5, 3), torch.randn(3, 4, requires_grad=True)
    compiled = torch.compile(mixed, backend="aot_eager", fullgraph=fullgraph)
    plain = torch.compile(mixed, backend="aot_eager", fullgraph=fullgraph)(x, w)
    plain.backward()
    grad, w.grad = w.grad, None
    torch._dynamo.reset()
    with record() as run:
        loss = compiled(x, w)
        loss.backward()
    assert type(loss.grad_fn).__name__ == "CompiledFunctionBackward"
    assert torch.equal(loss, plain) and torch.equal(w.grad, grad)
    assert operations(run) == ["CompiledFunctionBackward"]
    assert [(node.name, node.grad.numbers) for node in run.graph.nodes if node.role == "leaf"] == [
        ("w", tuple(grad.flatten().tolist()))
    ]
    assert not [step for step in run.steps if step.kind == "cut"]
    after = compiled(x, w)
    assert type(after.grad_fn).__name__ == "CompiledFunctionBackward" and torch.equal(after, plain)


def test_a_compiled_module_trains_as_bare():
    x = torch.randn(6, 3)

    def train(recorded):
        torch._dynamo.reset()
        model = module()
        compiled = torch.compile(model, backend="aot_eager")
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

        def steps():
            for _ in range(3):
                optimizer.zero_grad()
                compiled(x).pow(2).mean().backward()
                optimizer.step()

        if not recorded:
            steps()
            return list(model.parameters()), None
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # about our hooks on modules, which the bare run has not
            with record() as run:
                steps()
        return list(model.parameters()), run

    plain, _ = train(False)
    seen, run = train(True)
    assert all(torch.equal(one, other) for one, other in zip(plain, seen, strict=True))
    assert operations(run).count("CompiledFunctionBackward") == 3 and "AddmmBackward0" not in operations(run)
    names = {node.name for node in run.graph.nodes if node.role == "leaf"}
    assert len(names) == 4 and None not in names


def reads(w):
    return (w.detach() * w.data * w).sum()


def clears(w):
    with torch.no_grad():
        w.sub_(w.grad)
    w.grad = None
    return w.sum()


def replaces(w):
    w.grad = w.detach() * 2
    return (w * 3).sum()


def breaks(w):
    y = w * 2
    torch._dynamo.graph_break()
    w.grad = None
    return (y.detach() * y.data * w).sum()


def compiled_in(program, fullgraph, recorded):
    """What a compiled function gives, leaves in .grad, and how often it was compiled."""
    torch._dynamo.reset()
    counted = torch._dynamo.testing.CompileCounterWithBackend("aot_eager")
    w = leaf(1.0, 2.0)
    compiled = torch.compile(program, backend=counted, fullgraph=fullgraph)
    found = []
    for turn in range(3):
        with record() if recorded and turn < 2 else contextlib.nullcontext():
            (w * w).sum().backward()
            found.append(compiled(w))
    return [one.item() for one in found], w.tolist(), w.grad, counted.frame_count, counted.op_count


@pytest.mark.parametrize("fullgraph", [False, True], ids=["breaks allowed", "fullgraph"])
@pytest.mark.parametrize("program", [mixed, reads, clears, replaces, breaks])
def test_what_a_recording_watches_is_compiled_as_bare(program, fullgraph):
    if program is mixed:
        weights = torch.randn(2, 2)
        program = lambda w: mixed(w.reshape(1, 2), weights)  # noqa: E731
    if program is breaks and fullgraph:
        for recorded in (False, True):
            with pytest.raises(torch._dynamo.exc.Unsupported):
                compiled_in(program, fullgraph, recorded)
        return
    plain, seen = compiled_in(program, fullgraph, False), compiled_in(program, fullgraph, True)
    assert repr(seen) == repr(plain) and plain[3] >= 1


def cond(x):
    return torch.cond(x.sum() > 0, lambda t: t.sin(), lambda t: t.cos(), (x,)).sum()


def loop(x):
    from torch._higher_order_ops import while_loop

    return while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, t * 2), (torch.tensor(0), x.detach()))[1].sum()


def scanned(x):
    from torch._higher_order_ops import scan

    return scan(lambda carry, t: (carry + t, carry * t), x, torch.arange(6.0).reshape(3, 2))[1].sum()


@pytest.mark.parametrize("program", [cond, loop, scanned])
def test_higher_order_operators_run_as_bare(program):
    x = leaf(1.0, 2.0)
    plain = program(x)
    torch._dynamo.reset()
    with record() as run:
        found = program(x)
    assert torch.equal(found, plain) and torch.equal(program(x), plain)
    assert run.missing == ()


def test_the_branch_taken_is_one_card():
    x = leaf(1.0, 2.0)
    with record() as run:
        y = cond(x)
        y.backward()
    assert "CondAutogradOpBackward" in operations(run) and torch.allclose(x.grad, x.cos())
    (node,) = [node for node in run.graph.nodes if node.op == "CondAutogradOpBackward"]
    assert node.value.numbers == tuple(x.sin().tolist()) and node.grad.numbers == (1.0, 1.0)
    assert "CondAutogradOp" in draw(run).text
