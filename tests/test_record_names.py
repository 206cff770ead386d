"""Names of results and leaves: a variable's name only for the tensor that it holds when the statement ends."""

import dis

import pytest
import torch
from torch import nn

from autograd_viz.capturing.record import record
from autograd_viz.capturing.stored_names import stored_after


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def named(run):
    return [(node.name, node.op) for node in run.graph.nodes if node.name and node.role in ("operation", "output")]


def test_a_sampled_action_is_not_its_probabilities():
    torch.manual_seed(0)
    net, state = nn.Linear(3, 2), torch.ones(1, 3)
    with record() as run:
        dist = torch.distributions.Categorical(logits=net(state))
        action = dist.sample()
        loss = -dist.log_prob(action).mean()
    assert named(run) == [("loss", "NegBackward0")] and loss.requires_grad
    assert action.dtype is torch.int64


def test_a_result_that_is_not_the_last_operation():
    def both(x):
        first = x * 2
        x * 3
        return first

    x = leaf(1.0)
    with record() as run:
        a = both(x)
        y = a * 5
    assert ("a", "MulBackward0") not in named(run)[1:] and y.item() == 10.0
    values = {node.name: node.value.numbers for node in run.graph.nodes if node.name and node.op == "MulBackward0"}
    assert values == {"first": (2.0,), "y": (10.0,)}


def test_a_forward_mode_result_has_one_name():
    from torch.autograd import forward_ad

    x = leaf(1.0, 2.0)
    with record() as run, forward_ad.dual_level():
        y = (forward_ad.make_dual(x, torch.ones(2)) ** 3).sum()
    found = [node for node in run.graph.nodes if node.name == "y"]
    assert [node.value.numbers for node in found] == [(y.item(),)]


def test_a_name_in_a_loop_of_one_statement():
    x = leaf(1.0)
    y = x
    with record() as run:
        for _ in range(3):
            y = y * 2
    assert named(run) == [("y", "MulBackward0")] * 3 and y.item() == 8.0


def test_names_of_a_function_that_has_returned():
    def inner(x):
        h = x * 2
        z = h + 1
        return z * 3

    x = leaf(1.0)
    with record() as run:
        out = inner(x)
    assert named(run) == [("h", "MulBackward0"), ("z", "AddBackward0"), ("out", "MulBackward0")] and out.item() == 9.0


def test_a_leaf_that_is_gone_at_the_end_keeps_its_name():
    def step():
        weight = leaf(2.0)
        (weight * 3).backward()

    with record() as run:
        step()
        for _ in range(2):
            x = torch.zeros(2).requires_grad_()
            (x * 1).sum().backward()
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["weight", "x", "x (2)"]


def test_leaves_in_a_comprehension_and_in_a_closure():
    weights = [leaf(1.0), leaf(2.0)]
    bias = leaf(5.0)

    def shifted(x):
        return x + bias

    with record() as run:
        out = [shifted(w * 2) for w in weights]
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == [
        "weights[0]",
        "bias",
        "weights[1]",
    ]
    assert len(out) == 2


def test_a_tensor_without_graph_bears_the_name_it_had_when_it_was_used():
    w, xs = leaf(1.0, 2.0), [torch.full((2,), float(k)) for k in range(3)]

    def batches():
        for k in range(2):
            noise = torch.full((2,), float(k))
            yield (w * noise).sum()

    def closed():
        scale = torch.ones(2)
        return lambda v: (v / scale).sum()

    with record() as run:
        total = torch.zeros(())
        for x in xs:
            total = total + (w * x.exp()).sum() + (w - x).sum()
        for part in batches():
            total = total + part
        inner = closed()
        total = total + inner(w) + sum([(w @ item) for item in [torch.ones(2), torch.zeros(2)]])
    given = [node.name for node in run.graph.nodes if node.role == "constant" and node.shape == (2,)]
    assert given == [*["x.exp()", "x"] * 3, "noise", "noise", "scale", "item", "item"]
    assert total.requires_grad


def test_a_leaf_that_is_passed_on_has_the_name_of_the_parameter():
    def twice(inner):
        return inner * 2

    with record() as run:
        twice(leaf(1.0)).backward()
        torch.autograd.functional.hessian(lambda point: (point**3).sum(), torch.ones(2))
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["inner", None]


def test_a_second_output_gives_its_name_to_no_first():
    x = leaf(3.0, 1.0)
    with record() as run:
        parts = x.unbind()
        last = parts[1]
        del parts
        y = last * 2
        last = None
    assert ("y", "MulBackward0") in named(run) and y.item() == 2.0 and last is None


CODES = {
    "y = x + 1": ("y",),
    "a = b = x + 1": ("a", "b"),
    "a, b = f(x)": ("a", "b"),
    "(y := x + 1)": ("y",),
    "y: int = x + 1": ("y",),
    "self.h = x + 1": (),
    "d[0] = x + 1": (),
    "x + 1": (),
}


@pytest.mark.parametrize("line", CODES)
@pytest.mark.parametrize("inside", [False, True], ids=["module", "function"])
def test_names_behind_an_instruction(line, inside):
    text = f"def g(x, d, self, f):\n    {line}\n" if inside else line
    code = compile(text, "<contoh>", "exec")
    if inside:
        code = next(one for one in code.co_consts if hasattr(one, "co_code"))
    wanted = "CALL" if "f(x)" in line else "BINARY_OP"
    offsets = [one.offset for one in dis.get_instructions(code) if one.opname == wanted]
    assert set(stored_after(code, offsets[-1])) == set(CODES[line])


def test_a_name_behind_an_extended_argument():
    many = "\n".join(f"v{k} = {k}" for k in range(300))
    code = compile(many + "\nlast = v1 * v2\n", "<banyak>", "exec")
    (offset,) = [one.offset for one in dis.get_instructions(code) if one.opname == "BINARY_OP"]
    assert stored_after(code, offset) == ("last",)
