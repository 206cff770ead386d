"""What record() sees, and what it must not change."""

import copy
import gc
import threading
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn

from autograd_viz.capturing.record import record
from autograd_viz.tracing.trace import trace


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def kinds(run):
    return [step.kind for step in run.steps]


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def numbers(value):
    return None if value is None else value.numbers


def node_called(run, name):
    return next(node for node in run.graph.nodes if node.name == name)


def test_the_design_picture():
    x = leaf(3.0)
    with record() as run:
        y = x**2
        z = 2 * y + 3
        z.backward()
    assert kinds(run) == ["leaf", *["forward"] * 3, "backward", *["gradient"] * 3, "accumulate", "end"]
    shown = [(node.op, node.name, numbers(node.value)) for node in run.graph.nodes if node.role != "constant"]
    assert shown == [
        ("AccumulateGrad", "x", (3.0,)),
        ("PowBackward0", "y", (9.0,)),
        ("MulBackward0", None, (18.0,)),
        ("AddBackward0", "z", (21.0,)),
    ]
    add, mul, power = of(run, "gradient")
    assert [numbers(step.values[0]) for step in (add, mul, power)] == [(1.0,), (1.0,), (2.0,)]
    assert numbers(power.sent[0].value) == (12.0,) and power.sent[0].node == 0
    assert numbers(mul.parts[0].value) == (1.0,) and run.graph.nodes[mul.parts[0].node].name == "z"
    assert power.freed == ("self",)
    (reached,) = of(run, "accumulate")
    assert reached.change.before is None and numbers(reached.change.after) == (12.0,) == (x.grad.item(),)
    assert run.line(of(run, "forward")[2]) == "        z = 2 * y + 3"
    assert run.line(power) == "        z.backward()"
    assert run.sources[0].title == "test_record.py"


def test_sum_where_edges_meet_with_its_contributions():
    w = leaf(1.0)
    with record() as run:
        b = w + 1
        e = b * 2 + b * 3
        e.backward()
    node = run.graph.nodes.index(node_called(run, "b"))
    (step,) = [step for step in of(run, "gradient") if step.node == node]
    assert numbers(step.values[0]) == (5.0,)
    assert sorted(part.value.numbers[0] for part in step.parts) == [2.0, 3.0]
    assert {(part.node, part.slot) for part in step.parts} == {
        (edge.target, edge.slot) for edge in run.graph.edges if edge.source == node
    }


def test_every_edge_carries_what_autograd_sent():
    torch.manual_seed(0)
    a, b = torch.randn(3, 4, requires_grad=True), torch.randn(4, 2, requires_grad=True)
    seen = {}
    with record() as run:
        h = a @ b
        y = (h.sigmoid() * h).sum()
        for name, node in (("sum", y.grad_fn), ("mul", y.grad_fn.next_functions[0][0]), ("mm", h.grad_fn)):
            node.register_hook(lambda out, _, name=name: seen.__setitem__(name, [one.clone() for one in out]))
        y.backward()
    for step in of(run, "gradient"):
        name = {"SumBackward0": "sum", "MulBackward0": "mul", "MmBackward0": "mm"}.get(run.graph.nodes[step.node].op)
        if name is None:
            continue
        assert [flow.value.numbers for flow in step.sent] == [tuple(one.flatten().tolist()) for one in seen[name]]


def test_engine_order_is_exact():
    torch.manual_seed(0)
    x = torch.randn(4, requires_grad=True)
    order = []
    with record() as run:
        a, b, c = x.sin(), x.cos(), x.exp()
        y = (a * b + c / b).sum() + (c * c).mean()
        nodes, stack = {}, [y.grad_fn]
        while stack:
            node = stack.pop()
            if node not in nodes:
                nodes[node] = node.name().rpartition("::")[2]
                stack += [parent for parent, _ in node.next_functions if parent is not None]
        for node, name in nodes.items():
            node.register_hook(lambda *_, name=name: order.append(name))
        y.backward()
    assert [run.graph.nodes[s.node].op for s in run.steps if s.kind in ("gradient", "accumulate")] == order
    assert len(order) == len(nodes)


def test_same_graph_as_trace():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    x, target = torch.randn(5, 3), torch.tensor([0, 1, 1, 0, 1])
    with record() as run:
        loss = nn.functional.cross_entropy(model(x), target)
    plain = trace(loss)
    ops = [node.op for node in plain.nodes if node.role in ("operation", "output")]
    assert sorted(node.op for node in run.graph.nodes if node.role in ("operation", "output")) == sorted(ops)
    leaves = {node.name for node in plain.nodes if node.role == "leaf"}
    assert {node.name for node in run.graph.nodes if node.role == "leaf"} == leaves
    assert leaves == {"0.weight", "0.bias", "2.weight", "2.bias"}


def test_accumulation_and_retained_graph():
    x = leaf(2.0)
    with record() as run:
        y = x**3
        y.backward(retain_graph=True)
        y.backward()
    first, second = of(run, "accumulate")
    assert numbers(first.change.after) == numbers(second.change.before) == (12.0,)
    assert numbers(second.change.after) == (24.0,)
    assert [step.round for step in of(run, "gradient")] == [0, 1]
    assert [step.freed for step in of(run, "gradient")] == [(), ("self",)]
    assert node_called(run, "y").saved[0].state == "freed"


def test_several_roots_with_given_gradients():
    x = leaf(2.0, 3.0)
    with record() as run:
        a, b = x * 2, x * x
        torch.autograd.backward([a, b], [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 10.0])])
    (start,) = of(run, "backward")
    assert [run.graph.nodes[flow.node].name for flow in start.sent] == ["a", "b"] or len(start.sent) == 2
    assert [numbers(flow.value) for flow in start.sent] == [(1.0, 0.0), (0.0, 10.0)]
    assert numbers(of(run, "accumulate")[0].value) == (2.0, 60.0)


def test_autograd_grad_reaches_the_leaf_without_touching_grad():
    x = leaf(3.0)
    with record() as run:
        y = x**2
        (g,) = torch.autograd.grad(y, x)
    assert x.grad is None and of(run, "backward")[0].call == "grad"
    assert numbers(of(run, "end")[0].values[0]) == (6.0,)
    last = of(run, "gradient")[-1]
    assert run.graph.nodes[last.node].name == "x" and numbers(last.values[0]) == (6.0,)
    assert not of(run, "accumulate")


def test_second_derivative():
    x = leaf(3.0)
    with record() as run:
        y = x**3
        (first,) = torch.autograd.grad(y, x, create_graph=True)
        (second,) = torch.autograd.grad(first, x, create_graph=True)
        (third,) = torch.autograd.grad(second, x)
    assert [numbers(step.values[0]) for step in of(run, "end")] == [(27.0,), (18.0,), (6.0,)]
    operations = [node for node in run.graph.nodes if node.role in ("operation", "output")]
    assert all(node.value is not None for node in operations) and len(operations) > 4
    assert node_called(run, "second").value.numbers == (18.0,)


def test_in_place_change_of_a_result():
    x = leaf(1.0, 2.0)
    with record() as run:
        y = x * 2
        y.add_(1)
        y.sum().backward()
    (step,) = of(run, "inplace")
    assert step.operation == "add_" and run.graph.nodes[step.node].op == "AddBackward0"
    assert numbers(step.change.before) == (2.0, 4.0) and numbers(step.change.after) == (3.0, 5.0)
    assert next(node for node in run.graph.nodes if node.op == "MulBackward0").value.numbers == (2.0, 4.0)


def test_write_into_a_view_is_a_copyslices_node():
    x = leaf(5.0)
    with record() as run:
        v = torch.zeros(3) * x
        v[0] = x
        v.sum().backward()
    assert next(node for node in run.graph.nodes if node.op == "CopySlices").value.numbers == (5.0, 0.0, 0.0)
    assert x.grad.item() == 1.0


def test_in_place_conflict_ends_the_recording_as_it_ends_the_run():
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"), record() as run:
        y = x.exp()
        y.add_(1)
        y.sum().backward()
    assert kinds(run)[-1] == "error" and run.error.startswith("RuntimeError: one of the variables")
    assert run.line(run.steps[-1]) == "        y.sum().backward()"
    saved = [one for node in run.graph.nodes for one in node.saved if node.op == "ExpBackward0"]
    assert [one.state for one in saved] == ["changed"]


def cut_by(action):
    x = leaf(3.0)
    with record() as run:
        y = x * 2
        action(y)
    return [(step.how, run.graph.nodes[step.node].name) for step in of(run, "cut")]


def no_grad(y):
    with torch.no_grad():
        return y + 1


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        (lambda y: y.detach(), "detach"),
        (lambda y: y.data, "data"),
        (lambda y: y.item(), "item"),
        (lambda y: float(y), "item"),
        (no_grad, "no_grad"),
    ],
)
def test_cuts(action, detail):
    assert cut_by(action) == [(detail, "y")]


def test_saved_results_are_no_cuts():
    assert cut_by(lambda y: torch.log_softmax(y.expand(2), 0).exp().relu().tanh()) == []


def test_custom_function():
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x + x).detach() * 1.0

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x = leaf(3.0)
    with record() as run:
        y = Double.apply(x)
        z = y * y
        z.backward()
    node = node_called(run, "y")
    assert (node.op, numbers(node.value), numbers(node.grad)) == ("DoubleBackward", (6.0,), (12.0,))
    assert not of(run, "cut") and x.grad.item() == 24.0
    assert node.saved[0].name == "saved_tensors[0]"


def test_training_loop_with_optimizer_and_zero_grad():
    w = leaf(1.0)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with record() as run:
        for _ in range(3):
            optimizer.zero_grad()
            loss = (w - 3) ** 2
            loss.backward()
            optimizer.step()
    steps = of(run, "optimizer")
    assert len(steps) == 3 and steps[0].optimizer == "SGD"
    before, after = steps[0].changes[0].before, steps[0].changes[0].after
    assert numbers(before) == (1.0,) and after.numbers[0] == pytest.approx(1.4)
    assert numbers(steps[1].changes[0].before) == numbers(after)
    assert [numbers(change.before) for step in of(run, "zero_grad") for change in step.changes][-1][0] < 0
    assert len([node for node in run.graph.nodes if node.role == "leaf"]) == 1
    assert [node.name for node in run.graph.nodes if node.op == "PowBackward0"] == ["loss"] * 3
    assert of(run, "forward")[2].inputs[0].numbers == after.numbers
    assert not of(run, "cut")


def test_grad_cleared_by_hand():
    x = leaf(3.0)
    with record() as run:
        (x * 2).backward()
        x.grad = None
        (x * 2).backward()
        x.grad.zero_()
    assert [step.how for step in of(run, "zero_grad")] == ["none", "zero_"]
    assert [numbers(step.changes[0].after) for step in of(run, "zero_grad")] == [None, (0.0,)]


def test_parameter_update_by_hand():
    w = leaf(2.0)
    with record() as run:
        (w * w).backward()
        with torch.no_grad():
            w -= 0.5 * w.grad
    (step,) = of(run, "inplace")
    assert (step.name, numbers(step.change.before), numbers(step.change.after)) == ("w", (2.0,), (0.0,))


def test_user_hook_changes_the_gradient():
    x = leaf(3.0)
    with record() as run:
        y = x * 2
        y.register_hook(lambda grad: grad * 10)
        (y * 1).backward()
    (step,) = [step for step in of(run, "gradient") if run.graph.nodes[step.node].name == "y"]
    assert step.hooked and numbers(step.parts[0].value) == (1.0,) and numbers(step.values[0]) == (10.0,)
    assert sum(getattr(step, "hooked", False) for step in run.steps) == 1 and x.grad.item() == 20.0


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        h = self.body(x)
        return self.head(h).squeeze(-1)


def test_module_names():
    torch.manual_seed(0)
    net = Net()
    with record() as run:
        out = net(torch.randn(2, 3))
        loss = out.pow(2).mean()
    assert loss.ndim == 0
    found = {node.op: node.module for node in run.graph.nodes}
    assert found["TanhBackward0"] == "body.1" and found["SqueezeBackward1"] == "net"
    assert found["MeanBackward0"] is None
    assert {node.module for node in run.graph.nodes if node.op == "AddmmBackward0"} == {"body.0", "head"}
    assert node_called(run, "h").op == "TanhBackward0" and node_called(run, "loss").op == "MeanBackward0"
    assert node_called(run, "head.bias").module == "head"
    assert "self.head(h)" in run.line(of(run, "forward")[-3])


def test_large_tensors_are_summaries():
    x = torch.linspace(-1, 1, 100).reshape(10, 10).requires_grad_()
    with record() as run:
        y = x.t() * 2
        y.sum().backward()
    value = node_called(run, "y").value
    assert value.numbers is None and value.shape == (10, 10) and value.finite
    assert (value.low, value.high) == (-2.0, 2.0)
    assert value.mean == pytest.approx(0, abs=1e-6) and value.norm == pytest.approx(y.norm().item(), rel=1e-5)
    grad = of(run, "accumulate")[0].value
    assert (grad.low, grad.high, grad.norm) == (2.0, 2.0, pytest.approx(20.0))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.complex64])
def test_other_dtypes(dtype):
    x = torch.ones(100, dtype=dtype, requires_grad=True)
    with record() as run:
        (x * 2).abs().sum().backward()
    assert node_called(run, "x").value.norm == pytest.approx(10.0)
    assert node_called(run, "x").grad.finite


def step_of_training(model, x, target, recorded):
    model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []

    def run():
        for _ in range(3):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), target)
            loss.backward()
            losses.append(loss.detach().clone())
            optimizer.step()

    torch.manual_seed(1)
    if recorded:
        with record():
            run()
    else:
        run()
    return losses, [parameter.grad for parameter in model.parameters()], list(model.parameters())


@pytest.mark.parametrize("kind", ["mlp", "cnn", "attention", "rnn"])
def test_bit_equal(kind):
    torch.manual_seed(0)
    model = {
        "mlp": lambda: nn.Sequential(nn.Linear(8, 16), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(16, 3)),
        "cnn": lambda: nn.Sequential(
            nn.Unflatten(1, (1, 2, 4)), nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(32, 3)
        ),
        "attention": lambda: nn.Sequential(
            nn.Unflatten(1, (2, 4)),
            nn.TransformerEncoderLayer(4, 2, 8, batch_first=True),
            nn.Flatten(),
            nn.Linear(8, 3),
        ),
        "rnn": lambda: nn.Sequential(nn.Unflatten(1, (4, 2)), Last(nn.GRU(2, 3, batch_first=True))),
    }[kind]()
    x, target = torch.randn(6, 8), torch.randint(0, 3, (6,))
    plain, seen = step_of_training(model, x, target, False), step_of_training(model, x, target, True)
    for left, right in zip(plain, seen, strict=True):
        assert all(torch.equal(one, other) for one, other in zip(left, right, strict=True))


class Last(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)[0][:, -1]


def test_user_exception_passes_through_and_the_rest_can_be_played():
    x = leaf(3.0)
    wanted = KeyError("milik pengguna")
    with pytest.raises(KeyError) as caught, record() as run:
        y = x * 2
        raise wanted
    assert caught.value is wanted and y.item() == 6.0
    assert kinds(run) == ["leaf", "forward", "error"] and run.error == "KeyError: 'milik pengguna'"


def test_trouble_in_our_hooks_never_reaches_the_user(monkeypatch):
    def broken(*_args, **_kwargs):
        raise OSError("ours")

    x = leaf(3.0)
    for module in ("event_log", "backward_pass", "dispatch_mode", "recorder"):
        monkeypatch.setattr(f"autograd_viz.capturing.{module}.take_snapshot", broken)
    with pytest.warns(RuntimeWarning, match="tidak lengkap"), record() as run:
        y = x**2
        y.backward()
    assert x.grad.item() == 6.0
    assert isinstance(run.steps, tuple)


def test_trouble_while_a_module_starts_never_reaches_the_user(monkeypatch):
    def broken(*_args, **_kwargs):
        raise OSError("ours")

    monkeypatch.setattr("autograd_viz.capturing.module_calls.ModuleCalls._enter", broken)
    with pytest.warns(RuntimeWarning, match="tidak lengkap"), record() as run:
        y = nn.Sequential(nn.Tanh())(leaf(1.0))
    assert y.requires_grad and "forward" in kinds(run)


@pytest.mark.parametrize("method", ["received", "_measure", "_arrive", "_hook", "finish"])
def test_trouble_inside_a_backward_hook_never_reaches_the_user(monkeypatch, method):
    def broken(*_args, **_kwargs):
        raise OSError("ours")

    x = leaf(3.0)
    monkeypatch.setattr(f"autograd_viz.capturing.backward_pass.BackwardPass.{method}", broken)
    with pytest.warns(RuntimeWarning, match="tidak lengkap"), record() as run:
        y = x**2
        y.backward()
    assert x.grad.item() == 6.0 and kinds(run)[:2] == ["leaf", "forward"]
    assert y.grad_fn._raw_saved_self.data is None


def test_nothing_is_left_and_nothing_is_kept_alive():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    x = torch.randn(4, 3)
    before = dict(vars(torch.Tensor)), dict(vars(torch.autograd)), dict(vars(torch.nn.Module))
    gc.collect()
    gc.disable()
    try:
        with record() as run:
            h = model(x)
            y = h.sum()
            y.backward(retain_graph=True)
            (z,) = torch.autograd.grad(y * y, h)
        hooks = [y.grad_fn._raw_saved_self if hasattr(y.grad_fn, "_raw_saved_self") else None]
        watched = [weakref.ref(one) for one in (h, y, z, model, model[0].weight, x)]
        del h, y, z, model, x, hooks
        assert [ref() for ref in watched] == [None] * 6
        assert len(run.steps) > 8
    finally:
        gc.enable()
    after = dict(vars(torch.Tensor)), dict(vars(torch.autograd)), dict(vars(torch.nn.Module))
    assert before == after
    assert not torch.nn.modules.module._global_forward_hooks and not torch.nn.modules.module._global_forward_pre_hooks


def test_hooks_are_gone_after_the_block():
    x = leaf(3.0)
    with record() as run:
        y = x**2
        y.backward(retain_graph=True)
    count = len(run.steps)
    y.backward()
    assert len(run.steps) == count


def test_nested_is_a_clear_error():
    with record() as run:
        with pytest.raises(ValueError, match="di dalam blok record"):
            with record():
                pass
        leaf(1.0) * 2
    assert "forward" in kinds(run)


def test_in_threads_side_by_side():
    found = {}

    def work(name, number):
        x = leaf(number)
        with record() as run:
            barrier.wait()
            for _ in range(20):
                y = x * number
                y.backward()
            barrier.wait()
        found[name] = run

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=work, args=pair) for pair in (("a", 2.0), ("b", 3.0))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, number in (("a", 2.0), ("b", 3.0)):
        assert len(of(found[name], "gradient")) == 20
        assert {step.values[0].numbers for step in of(found[name], "forward")} == {(number * number,)}


def test_data_loader_workers():
    data = torch.utils.data.TensorDataset(torch.arange(8.0).reshape(8, 1))
    w = leaf(1.0)
    with record() as run:
        for (batch,) in torch.utils.data.DataLoader(data, batch_size=4, num_workers=2):
            (w * batch).sum().backward()
    assert w.grad.item() == 28.0 and len(of(run, "accumulate")) == 2


def test_graph_built_before_the_block():
    x = leaf(3.0)
    y = x**2
    with record() as run:
        z = y * 2
        z.backward()
    assert [node.op for node in run.graph.nodes if node.role != "constant"] == [
        "AccumulateGrad",
        "PowBackward0",
        "MulBackward0",
    ]
    assert numbers(node_called(run, "y").value) == (9.0,)


def test_checkpoint_and_vmap_do_not_break():
    x = torch.randn(4, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="1 backward di dalam torch.func"), record() as run:
        y = torch.utils.checkpoint.checkpoint(lambda t: t.sin().exp(), x, use_reentrant=False).sum()
        y.backward()
        rows = torch.func.vmap(torch.func.grad(lambda t: t.sin()))(torch.arange(3.0))
    assert torch.allclose(x.grad, x.cos() * x.sin().exp()) and torch.allclose(rows, torch.arange(3.0).cos())
    assert "accumulate" in kinds(run)


def test_long_chain_built_before_does_not_overflow():
    x = leaf(1.0)
    y = x
    for _ in range(5000):
        y = y * 1.0
    with record() as run:
        y.backward()
    assert len(of(run, "gradient")) == 5000


def test_same_run_same_bytes():
    def once():
        x = leaf(2.0, 3.0)
        with record() as run:
            y = (x * x).sum()
            y.backward()
        return run.to_json()

    assert once() == once()
    assert not any(folder in once() for folder in (str(Path(__file__).parent), str(Path.cwd())))


@pytest.mark.parametrize("scale", [1e-25, 0.0, 1e-3, 1e20])
def test_norm_of_tiny_and_huge_numbers_in_pieces(scale):
    x = (torch.linspace(-1, 1, 300_000) * scale).requires_grad_()
    with record() as run:
        y = x * 1.0
    value = node_called(run, "x").value
    assert value.norm == pytest.approx(x.detach().double().norm().item(), rel=1e-4)
    assert value.finite and y.shape == value.shape
