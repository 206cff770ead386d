"""Kinds of programs that once were recorded wrongly: each says what must hold."""

import functools
import math

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from autograd_viz.capturing.record import record
from autograd_viz.drawing.display import draw
from autograd_viz.playing.player import play


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def ops(graph):
    return sorted(node.op for node in graph.nodes if node.role in ("operation", "output"))


def leaves(run):
    return [node for node in run.graph.nodes if node.role == "leaf"]


def numbers(value):
    return None if value is None else value.numbers


# Gradients for several directions at once: their numbers can't be read.


def batched_grad(x):
    return torch.autograd.grad(x**2, x, torch.eye(3), is_grads_batched=True)[0]


def vectorized_jacobian(x):
    return torch.autograd.functional.jacobian(lambda t: t**2, x, vectorize=True)


def vectorized_hessian(x):
    return torch.autograd.functional.hessian(lambda t: (t**3).sum(), x, vectorize=True)


@pytest.mark.parametrize("program", [batched_grad, vectorized_jacobian, vectorized_hessian])
def test_batched_gradients_are_outlined(program):
    x = leaf(1.0, 2.0, 3.0)
    plain = program(x)
    with pytest.warns(RuntimeWarning, match="is_grads_batched"), record() as run:
        found = program(x)
    assert torch.equal(found, plain)
    unread = [
        step for step in of(run, "gradient") if any(one is not None and one.numbers is None for one in step.values)
    ]
    assert unread and all(one.norm is None and one.shape for step in unread for one in step.values if one is not None)
    assert "is_grads_batched" in repr(play(run)) and "is_grads_batched" in draw(run).text


def test_gradcheck_with_batched_gradients():
    x = torch.randn(3, dtype=torch.float64, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="is_grads_batched"), record() as run:
        assert torch.autograd.gradcheck(lambda t: t**2, (x,), check_batched_grad=True)
    assert of(run, "gradient")


# Transformations of torch.func: their graphs exist only inside.


@pytest.mark.parametrize(
    "program",
    [
        lambda x: torch.func.grad(lambda t: (t**2).sum())(x),
        lambda x: torch.func.vjp(lambda t: t**2, x)[1](torch.ones(2))[0],
        lambda x: torch.func.jacrev(lambda t: t**2)(x),
        lambda x: torch.func.hessian(lambda t: (t**3).sum())(x),
    ],
    ids=["grad", "vjp", "jacrev", "hessian"],
)
def test_torch_func_is_told_at_its_place(program):
    x = torch.tensor([1.0, 2.0])
    plain = program(x)
    with pytest.warns(RuntimeWarning, match="torch.func"), record() as run:
        found = program(x)
    assert torch.equal(found, plain)
    assert [step.kind for step in run.steps] == ["unseen"] * len(run.steps) != []
    assert run.line(run.steps[0]).strip() == "found = program(x)" or "program" not in run.line(run.steps[0])
    assert "torch.func" in repr(play(run)) and "torch.func" in draw(run).text


# Which node is it.


def test_leaves_are_the_leaves_of_torch():
    model, x = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), torch.ones(1, 2)
    with record() as run:
        for _ in range(3):
            with torch.no_grad():
                model(x)
                model[0].weight.t().mul(2)
        loss = model(x).sum()
        loss.backward()
    assert [node.name for node in leaves(run)] == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_a_view_made_without_grad_is_no_leaf():
    w = leaf(1.0, 2.0)
    with record() as run:
        with torch.no_grad():
            v = w.view(2, 1)
        (v * 3).sum().backward()  # v asks for gradients, but none ever comes to it
    assert v.requires_grad and v.grad is None and w.grad is None
    assert [(node.name, node.grad) for node in leaves(run)] == [("w", None)]
    assert [node.value.numbers for node in run.graph.nodes if node.role == "constant"] == [(1.0, 2.0), (3,)]


def test_a_leaf_that_is_a_view_of_plain_numbers():
    with record() as run:
        x = torch.zeros(3)[1:].requires_grad_()
        (x * 3).sum().backward()
    assert [(node.name, node.grad.numbers) for node in leaves(run)] == [("x", (3.0, 3.0))]


def test_leaves_made_in_a_loop_are_not_kept():
    refs = []

    def attack(steps):
        import weakref

        x = torch.zeros(100)
        for _ in range(steps):
            x = x.detach().requires_grad_()
            (x**2).mean().backward()
            refs.append(weakref.ref(x))
            x = x + 0.1 * x.grad.sign()
        return [ref() for ref in refs]

    with record() as run:
        alive = attack(5)
    assert [one is None for one in alive] == [True] * 4 + [False] or sum(one is not None for one in alive) <= 1
    assert len(leaves(run)) == 5 and all(node.grad is not None for node in leaves(run))


# Sparse gradients.


def test_a_sparse_gradient_arrives_with_its_numbers():
    table = nn.Embedding(4, 2, sparse=True)
    with record() as run:
        table(torch.tensor([1, 3, 1])).sum().backward()
    (node,) = leaves(run)
    assert node.grad.numbers == (0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 1.0, 1.0)
    (step,) = of(run, "accumulate")
    assert step.value.numbers == node.grad.numbers and step.change.before is None


def test_a_large_sparse_gradient_arrives_as_its_sums():
    table = nn.Embedding(50, 8, sparse=True)
    ids = torch.tensor([1, 3, 1])
    with record() as run:
        for _ in range(2):
            (table(ids) * -2).sum().backward()
    (node,) = leaves(run)
    dense = table.weight.grad.to_dense()
    assert (node.grad.shape, node.grad.low, node.grad.high) == ((50, 8), dense.min().item(), 0.0)
    assert node.grad.mean == pytest.approx(dense.mean().item()) and node.grad.norm == pytest.approx(dense.norm().item())
    assert "Gradien semua daun sudah dihitung" in draw(run).text


def test_a_sparse_gradient_with_nan_is_found():
    table = nn.Embedding(50, 8, sparse=True)
    with record() as run:
        (table(torch.tensor([1, 3])) * float("nan")).sum().backward()
    assert run.first_nonfinite().phase == "maju"


# A gradient that is asked for in the middle of the graph.


def test_the_engine_stops_at_the_result_that_was_asked_for():
    w, v = leaf(2.0), leaf(5.0)
    with record() as run:
        f = w * v
        loss = f**2
        (g,) = torch.autograd.grad(loss, f)
    assert g.item() == 20.0
    last = of(run, "gradient")[-1]
    assert (run.graph.nodes[last.node].name, last.captured, last.values[0].numbers) == ("f", True, (20.0,))
    (node,) = [node for node in run.graph.nodes if node.name == "f"]
    assert node.grad.numbers == (20.0,) and {one.state for one in node.saved} == {"alive"}
    f.backward()
    assert w.grad.item() == 5.0
    film = repr(play(run))
    assert "sampai di f; gradien inilah yang diminta" in film and "tidak ada masukan" not in film


def test_backward_into_a_result_in_the_middle():
    w = leaf(2.0)
    with record() as run:
        f = w * 3
        (f**2).backward(inputs=[f])
    assert f.grad.item() == 12.0 and w.grad is None
    (node,) = [node for node in run.graph.nodes if node.name == "f"]
    assert node.grad.numbers == (12.0,) and leaves(run)[0].grad is None


def test_a_second_output_is_asked_for():
    x = leaf(1.0, 2.0)
    with record() as run:
        a, b = (x * 2).unbind()
        torch.autograd.grad(a * b, b)
    last = of(run, "gradient")[-1]
    assert last.captured and [numbers(one) for one in last.values] == [None, (2.0,)]


# Backward inside backward.


def test_reentrant_checkpoint_shows_every_gradient():
    torch.manual_seed(0)
    lin, x = nn.Linear(2, 2), torch.ones(1, 2, requires_grad=True)
    with record() as run:
        checkpoint(lin, x * 2, use_reentrant=True).sum().backward()
    found = {node.name: node.grad for node in leaves(run)}
    for name, tensor in (("x", x), ("weight", lin.weight), ("bias", lin.bias)):
        assert found[name].numbers == tuple(tensor.grad.flatten().tolist())
    assert [step.round for step in of(run, "backward")] == [0, 1] and [step.round for step in of(run, "end")] == [1, 0]
    assert {step.round for step in of(run, "accumulate") if step.name == "weight"} == {1}


def test_a_parameter_inside_and_outside_of_a_checkpoint():
    w, x = leaf(2.0), leaf(3.0)
    with record() as run:
        (checkpoint(lambda t: t * w, x * 1, use_reentrant=True) * w).backward()
    assert w.grad.item() == 12.0
    steps = [step for step in of(run, "accumulate") if step.name == "w"]
    assert [(numbers(step.change.before), numbers(step.change.after)) for step in steps] == [
        (None, (6.0,)),
        ((6.0,), (12.0,)),
    ]


def test_a_function_that_fails_in_its_inner_backward():
    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            with torch.enable_grad():
                inner = ctx.saved_tensors[0].detach().requires_grad_()
                (inner**2).backward()
                raise KeyError("milik pengguna")

    x = leaf(3.0)
    with record() as run:
        with pytest.raises(KeyError, match="milik pengguna"):
            (Fails.apply(x) * 2).backward()
        y = x * 5
        y.backward()
    assert x.grad.item() == 5.0 and [step.name for step in of(run, "forward")][-1] == "y"
    assert not torch.utils._python_dispatch._get_current_dispatch_mode_stack()


# Optimizers.


class ByData(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.data.add_(p.grad.data, alpha=-group["lr"])


class BySwap(ByData):
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.data = p.data - group["lr"] * p.grad


@pytest.mark.parametrize("kind", [ByData, BySwap])
def test_an_optimizer_that_writes_through_data(kind):
    w = leaf(3.0)
    optimizer = kind([w], 0.25)
    with record() as run:
        for _ in range(2):
            optimizer.zero_grad()
            loss = w**2
            loss.backward()
            optimizer.step()
    changes = [step.changes[0] for step in of(run, "optimizer")]
    assert [(one.before.numbers, one.after.numbers) for one in changes] == [((3.0,), (1.5,)), ((1.5,), (0.75,))]
    assert [step.inputs[0].numbers for step in of(run, "forward")] == [(3.0,), (1.5,)]
    assert not of(run, "cut") and leaves(run)[0].value.numbers == (w.item(),)


def test_an_optimizer_step_that_fails_and_is_caught():
    class Broken(ByData):
        def step(self, closure=None):
            super().step()
            raise ArithmeticError("setengah jalan")

    w = leaf(3.0)
    optimizer = Broken([w], 0.25)
    with record() as run:
        (w * 2).backward()
        try:
            optimizer.step()
        except ArithmeticError:
            pass
        with torch.no_grad():
            w.mul_(2)
        y = w * 1
    assert [(one.changes[0].before.numbers, one.changes[0].after.numbers) for one in of(run, "optimizer")] == [
        ((3.0,), (2.5,))
    ]
    assert [(step.name, numbers(step.change.after)) for step in of(run, "inplace")] == [("w", (5.0,))]
    assert y.item() == 5.0 and [step.kind for step in run.steps][-3:] == ["optimizer", "inplace", "forward"]


def test_an_optimizer_with_a_closure():
    w = leaf(3.0)
    optimizer = torch.optim.LBFGS([w], lr=0.1, max_iter=2)
    with record() as run:

        def closure():
            optimizer.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            return loss

        optimizer.step(closure)
    (step,) = of(run, "optimizer")
    assert step.changes[0].before.numbers == (3.0,) and step.changes[0].after.numbers == (w.item(),)
    assert len(of(run, "backward")) >= 2 and not of(run, "cut")


def test_a_step_inside_backward_happens_in_its_order():
    w = leaf(1.0, 2.0)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def at_once(_parameter):
        optimizer.step()
        optimizer.zero_grad()

    w.register_post_accumulate_grad_hook(at_once)
    with record() as run:
        for _ in range(2):
            (w * w).sum().backward()
    kinds = [step.kind for step in run.steps if step.kind in ("accumulate", "optimizer", "zero_grad", "end")]
    assert kinds == ["accumulate", "optimizer", "zero_grad", "end"] * 2
    first, second = of(run, "accumulate")
    assert (numbers(first.change.before), numbers(first.change.after)) == (None, (2.0, 4.0))
    assert second.change.before is None and second.change.after.numbers == pytest.approx((1.6, 3.2))
    assert list(w._post_accumulate_grad_hooks.values()) == [at_once]
    assert "w.grad sudah kosong lagi" in repr(play(run))


# Hooks of saved tensors.


class Packer:
    def pack(self, tensor):
        return tensor.detach().clone() * 1

    def unpack(self, tensor):
        return tensor


PACKERS = {
    "lambda": lambda: (lambda t: t * 1, lambda t: t),
    "method": lambda: (Packer().pack, Packer().unpack),
    "partial": lambda: (functools.partial(lambda scale, t: t.data * scale, 1), lambda t: t),
    "in place": lambda: (lambda t: torch.empty_like(t).copy_(t), lambda t: t),
    "built in": lambda: (torch.clone, lambda t: t),
}


@pytest.mark.parametrize("kind", PACKERS)
def test_what_a_pack_hook_does_is_no_cut(kind):
    x = leaf(1.0, 2.0)
    with record() as run:
        with torch.autograd.graph.saved_tensors_hooks(*PACKERS[kind]()):
            y = (x * x).exp().sum()
        y.backward()
    assert torch.allclose(x.grad, 2 * x * (x * x).exp())
    assert not of(run, "cut") and not of(run, "inplace")


def test_saving_on_the_cpu_is_no_cut():
    x = leaf(1.0, 2.0)
    with record() as run, torch.autograd.graph.save_on_cpu():
        (x * x).exp().sum().backward()
    assert not of(run, "cut")


def test_a_real_cut_beside_a_pack_hook():
    x = leaf(1.0, 2.0)
    with record() as run, torch.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t):
        y = x * x
        with torch.no_grad():
            z = y + 1
        d = y.detach()
    assert [step.how for step in of(run, "cut")] == ["no_grad", "detach"] and z.shape == d.shape


# Tensors without plain numbers.


def test_a_jagged_tensor_returns():
    n = torch.nested.nested_tensor([torch.ones(2, 3), torch.ones(4, 3)], layout=torch.jagged, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="misalnya nested"), record() as run:
        y = (n * 2).values().sum()
        y.backward()
    assert {node.op for node in run.graph.nodes} >= {"MulBackward0", "SumBackward0"}
    assert n.grad is not None and run.graph.nodes
    told = play(run).text
    assert "n.grad = tensor (2, *, 3) (isinya tidak terbaca)" in told and "kosong lagi" not in told
    assert "Untuk n: turunan lokal b memberi tensor (2, *, 3) (isinya tidak terbaca)" in told
    for drawing in (draw(run), draw(y)):
        assert "(2, *, 3) · nilai tidak terbaca" in drawing.text
        assert "grad (2, *, 3), tidak terbaca" in drawing.text


@pytest.mark.parametrize("spoiled", [1.0, math.nan])
def test_a_nested_tensor_without_strides_is_read_part_by_part(spoiled):
    n = torch.nested.nested_tensor([torch.tensor([2.0, spoiled]), torch.full((4,), 3.0)], requires_grad=True)
    with record() as run:
        y = torch.nested.to_padded_tensor(n * 2, 0.0).sum()
        y.backward()
    (leaf,), forward, (came,) = of(run, "leaf"), of(run, "forward"), of(run, "accumulate")
    assert run.missing == () and leaf.value.shape == (2, -1)
    assert (came.change.after.low, came.change.after.high, came.change.after.norm) == (2.0, 2.0, 24 ** 0.5)
    if math.isnan(spoiled):
        assert not leaf.value.finite and (run.first_nonfinite().name, run.first_nonfinite().kind) == ("n", "NaN")
        return
    assert (leaf.value.low, leaf.value.high, forward[0].values[0].high) == (1.0, 3.0, 6.0)
    assert "n adalah tensor daun (2, *) berisi 1 sampai 3." in play(run).text
    assert "Mundur selesai: n.grad = tensor (2, *) berisi semua 2." in play(run).text
    for drawing in (draw(run), draw(y)):
        assert "n · daun · (2, *) · nilai 1 … 3 · grad ‖·‖ 4.899" in drawing.text


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_complex_numbers_near_overflow_are_finite(dtype):
    big = torch.finfo(dtype).max / 4
    z = torch.full((100,), complex(big, -big), dtype=dtype, requires_grad=True)
    with record() as run:
        y = z * 1
    (first, second) = of(run, "leaf")[0].value, of(run, "forward")[0].values[0]
    assert first.finite and second.finite and first.norm > big and y.shape == (100,)
    assert run.first_nonfinite() is None


def test_half_precision_is_summarized_without_a_wide_copy(monkeypatch):
    copied = []
    double = torch.Tensor.double

    def watched(self, *args):
        copied.append(self.numel())
        return double(self, *args)

    monkeypatch.setattr(torch.Tensor, "double", watched)
    x = torch.linspace(-1, 1, 400_000).to(torch.bfloat16).requires_grad_()
    with record() as run:
        y = x * 2
    value = of(run, "forward")[0].values[0]
    assert max(copied, default=0) <= 1 << 17
    assert value.norm == pytest.approx(y.double().norm().item(), rel=1e-4) and value.low == y.min().item()


@pytest.mark.parametrize("view", [lambda t: t.t(), lambda t: t[:, ::2], lambda t: t[3:], lambda t: t[:1].expand(9, -1)])
def test_views_are_summarized_right(view):
    torch.manual_seed(0)
    base = torch.randn(700, 600)
    given = view(base)
    x = given.detach().as_strided(given.shape, given.stride(), given.storage_offset()).requires_grad_()
    with record() as run:
        y = x + 0
    value = of(run, "leaf")[0].value
    assert (value.low, value.high) == (given.min().item(), given.max().item()) and y.shape == value.shape
    assert value.mean == pytest.approx(given.double().mean().item(), abs=1e-5)
    assert value.norm == pytest.approx(given.double().norm().item(), rel=1e-5)


# What is read of large tensors, and when.


@pytest.mark.parametrize(
    ("scale", "dtype"),
    [(1.0, torch.float32), (1e-25, torch.float32), (1e25, torch.float32), (0.0, torch.float32), (1.0, torch.bfloat16)],
)
def test_above_a_million_numbers_only_the_norm_is_read(scale, dtype):
    x = (torch.linspace(-1, 1, 1_000_001) * scale).to(dtype).requires_grad_()
    with record() as run:
        y = x * 1
    value = of(run, "leaf")[0].value
    assert value.finite and (value.numbers, value.low, value.high, value.mean) == (None,) * 4 and y.shape == value.shape
    assert value.norm == pytest.approx(x.detach().double().norm().item(), rel=1e-3, abs=0)


def test_the_card_and_the_film_say_that_only_the_norm_was_read():
    x = torch.full((2_000, 1_000), 0.5, requires_grad=True)
    with record() as run:
        y = x * 4
        y.sum().backward()
    assert "hanya ‖·‖ 707.1" in str(draw(run)) and "hanya ‖·‖ 2828" in str(draw(run))
    film = play(run)
    assert "dengan norma 2828 (hanya normanya yang dicatat)" in film.text and "hanya ‖·‖ 707.1" in film.page
    assert "0.5" not in str(draw(run)) and x.grad.unique().item() == 4.0


@pytest.mark.parametrize("place", [0, 700_000, 1_100_000])
def test_among_a_million_zeros_one_number_counts(place):
    x = torch.zeros(1_200_000)
    x[place] = 1e-30
    y = x.clone().requires_grad_()
    with record() as run:
        z = y + 0
    assert of(run, "leaf")[0].value.norm == pytest.approx(1e-30, rel=1e-6, abs=0) and z.shape == y.shape


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("size", [100, 5_000, 1_000_001])
def test_one_bad_number_is_found_in_a_tensor_of_any_size(bad, size):
    x = torch.ones(size, requires_grad=True)
    with record() as run:
        shift = torch.zeros(size)
        shift[size // 2] = bad
        y = x + shift
    assert not of(run, "forward")[-1].values[0].finite and y.shape == x.shape
    assert (run.first_nonfinite() is not None) == (bad != bad)  # Inf that was given is nothing that an operation made


def test_a_copied_tensor_keeps_the_numbers_of_its_moment():
    x = torch.arange(2_000.0).requires_grad_()
    with record() as run:
        y = x * 1
        with torch.no_grad():
            y.zero_()
            x.zero_()
        z = y + 1
    assert z.max().item() == 1.0 and of(run, "forward")[1].inputs[0].high == 0.0
    assert of(run, "forward")[0].values[0].high == 1999.0 and of(run, "leaf")[0].value.high == 1999.0


def test_copies_have_a_limit():
    from autograd_viz.capturing.snapshot import copies, take_snapshot

    copies.renew()
    kinds = [type(take_snapshot(torch.ones(4_096)).content).__name__ for _ in range(1_100)]
    assert kinds[0] == "ndarray" and kinds[-1] == "Summary" and 1_000 < kinds.count("ndarray") <= 1_025
