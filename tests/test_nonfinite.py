"""run.first_nonfinite() on every NaN fixture that reproduces on torch 2.13, small and large."""

import math

import pytest
import torch
import torch.nn.functional as F

from autograd_viz.capturing.record import record
from autograd_viz.graph import Graph, Node, Value
from autograd_viz.recording.events import Change, InPlace, Leaf, RecordingData
from autograd_viz.recording.recording import Recording

INF = float("inf")


def leaf(*numbers):
    return torch.tensor(list(numbers), requires_grad=True)


def by_hand(x):
    return (x.exp() / x.exp().sum())[0]


# name: (input, function, phase, kind, operation)
FIXTURES = {
    "sqrt of a square at 0": ((0.0,), lambda x: (x**2).sqrt().sum(), "mundur", "Inf", "SqrtBackward0"),
    "std of one element": ((2.0,), lambda x: x.std(), "maju", "NaN", "StdBackward0"),
    "softmax by hand": ((1000.0, 0.0), by_hand, "maju", "Inf", "ExpBackward0"),
    "log of softmax": ((0.0, 1000.0), lambda x: x.softmax(0).log()[0], "maju", "Inf", "LogBackward0"),
    "log of sigmoid": ((-200.0,), lambda x: x.sigmoid().log().sum(), "maju", "Inf", "LogBackward0"),
    "log1p of exp": ((200.0,), lambda x: x.exp().log1p().sum(), "maju", "Inf", "ExpBackward0"),
    "x log x at 0": ((0.0,), lambda x: (x * x.log()).sum(), "maju", "Inf", "LogBackward0"),
    "xlogy at 0": ((0.0,), lambda x: torch.xlogy(x, x).sum(), "mundur", None, "XlogyBackward0"),
    "1/x then a mask": (
        (0.0, 2.0),
        lambda x: torch.where(x == 0, 0.0, 1 / x).sum(),
        "maju",
        "Inf",
        "ReciprocalBackward0",
    ),
    "nan_to_num of 1/x": ((0.0,), lambda x: torch.nan_to_num(1 / x).sum(), "maju", "Inf", "ReciprocalBackward0"),
    "logsumexp of -inf": ((-INF, -INF), lambda x: x.logsumexp(0), "mundur", "NaN", "LogsumexpBackward0"),
    "where with exp": ((90.0,), lambda x: torch.where(x > 0, x, x.exp() - 1).sum(), "maju", "Inf", "ExpBackward0"),
    "log at 0": ((0.0,), lambda x: x.log().sum(), "maju", "Inf", "LogBackward0"),
    "sqrt at 0": ((0.0,), lambda x: x.sqrt().sum(), "mundur", "Inf", "SqrtBackward0"),
    "born in forward": ((-1.0,), lambda x: x.log().sum(), "maju", "NaN", "LogBackward0"),
    "naive sigmoid": ((-200.0,), lambda x: (1 / (1 + (-x).exp())).sum(), "maju", "Inf", "ExpBackward0"),
}


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.filterwarnings("ignore:std")
def test_fixture(name, large):
    numbers, function, phase, kind, op = FIXTURES[name]
    x = leaf(*numbers)
    if large and name not in ("std of one element", "log of softmax", "softmax by hand", "logsumexp of -inf"):
        x = torch.cat([x.detach(), torch.linspace(0.5, 1.5, 100)]).requires_grad_()
    with record() as run:
        y = function(x)
        y.backward()
    found = run.first_nonfinite()
    assert found is not None
    assert (found.phase, found.op) == (phase, op)
    assert kind is None or found.kind == kind
    assert run.graph.nodes[found.node].op == op
    assert found.line is not None and found.inputs and all(value is not None for value in found.inputs)
    assert found.kind in found.message and f"saat {phase}" in found.message


HARMLESS = {
    "norm at 0": lambda: leaf(0.0, 0.0).norm(),
    "std of a constant": lambda: leaf(2.0, 2.0).std(),
    "atan2": lambda: torch.atan2(leaf(0.0), leaf(0.0)).sum(),
    "log_softmax": lambda: F.log_softmax(leaf(0.0, 1000.0), 0).sum(),
    "logsigmoid": lambda: F.logsigmoid(leaf(-200.0)).sum(),
    "masked attention": lambda: leaf(1.0, 2.0).masked_fill(torch.tensor([False, True]), -INF).softmax(0)[0],
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name):
    with record() as run:
        HARMLESS[name]().backward()
    assert run.first_nonfinite() is None


def test_a_mask_gives_way_to_the_real_culprit():
    x = leaf(0.0, 2.0)
    with record() as run:
        masked = x.masked_fill(torch.tensor([False, True]), -INF)
        y = masked.softmax(0)[0] + x.sqrt().sum()
        y.backward()
    found = run.first_nonfinite()
    assert found.op == "SqrtBackward0" and found.phase == "mundur"


def test_inputs_line_and_message():
    x = leaf(0.0, 4.0)
    with record() as run:
        y = x.sqrt()
        y.sum().backward()
    found = run.first_nonfinite()
    assert found.inputs[0].numbers == (0.0, 4.0) and found.received[0].numbers == (1.0, 1.0)
    assert found.result.numbers == (INF, 0.25) and found.line.strip() == "y = x.sqrt()"
    number = found.place.line
    assert found.message == (
        f"Inf pertama muncul saat mundur di SqrtBackward0, operasi di baris {number}, `y = x.sqrt()`. "
        "Gradien yang diterimanya, [1, 1], terhingga, tetapi gradien yang dikirimnya [inf, 0.25]. "
        "Masukan operasi itu waktu maju: [0, 4]. Di sana turunan lokalnya tidak terhingga; "
        "jauhkan masukan dari titik itu."
    )


def test_a_leaf_that_was_bad_from_the_start():
    with record() as run:
        x = leaf(float("nan"), 1.0)
        y = (x * 2).sum()
        y.backward()
    found = run.first_nonfinite()
    assert found.op == "AccumulateGrad" and found.kind == "NaN" and "sudah ada" in found.message


@pytest.mark.filterwarnings("error")
def test_huge_numbers_are_measured_without_a_warning():
    x = torch.full((100,), 1e30, requires_grad=True)
    with record() as run:
        y = (x * 1.0).sum()
        y.backward()
    assert run.first_nonfinite() is None
    assert run.graph.nodes[0].value.norm == pytest.approx(1e31)


def test_all_finite_is_answered_without_developing_the_film():
    x, large = leaf(2.0, 3.0), torch.ones(100, dtype=torch.bfloat16, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)
    with record() as run:
        (x.sum() + (large * 2).abs().sum().float()).backward()
        optimizer.step()
        x.grad.zero_()
    assert run.first_nonfinite() is None and not isinstance(run._data, RecordingData)
    assert len(run.steps) > 8 and run.first_nonfinite() is None


SPOILERS = {
    "leaf": lambda x: leaf(INF) * 2,
    "forward": lambda x: (x - 2).log(),
    "large": lambda x: (x.expand(100) - 2).log(),
    "backward": lambda x: (x - 2).sqrt().sum().backward(),
    "given": lambda x: (x * 1).backward(torch.tensor([INF])),
    "accumulate": lambda x: [(x * 1.5e38).sum().backward() for _ in range(3)],
    "inplace": lambda x: (x - 2).reciprocal_(),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_every_kind_of_trouble_is_noticed_on_the_raw_tape(name):
    x = leaf(2.0)
    with record() as run:
        SPOILERS[name](x)
    assert run._calm is not None and not run._calm()
    assert run.first_nonfinite() is not None


def test_survives_json():
    x = leaf(0.0)
    with record() as run:
        y = x.log().sum()
        y.backward()
    again = Recording.from_json(run.to_json())
    assert again.first_nonfinite() == run.first_nonfinite()


def test_optimizer_that_overflows():
    w = leaf(1.0)
    optimizer = torch.optim.SGD([w], lr=1e38)
    with record() as run:
        ((w * 1e30).sum()).backward()
        optimizer.step()
    found = run.first_nonfinite()
    assert found.op == "SGD" and "parameter" in found.message


def test_nan_that_arrives_in_data_is_found_where_it_enters():
    w = torch.tensor(1.0, requires_grad=True)
    data = torch.tensor(float("nan"))
    with record() as run:
        y = (w * data) ** 2
        y.backward()
    found = run.first_nonfinite()
    assert (found.op, found.phase) == ("MulBackward0", "maju")
    assert "periksa dari mana NaN itu datang" in found.message


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam, torch.optim.LBFGS])
def test_nan_in_data_is_not_the_fault_of_the_optimizer(kind):
    model, x = torch.nn.Linear(2, 1), torch.tensor([[1.0, float("nan")]])
    optimizer = kind(model.parameters(), lr=0.1)
    with record() as run:

        def closure():
            optimizer.zero_grad()
            loss = model(x).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
    found = run.first_nonfinite()
    assert (found.op, found.phase, found.line.strip()) == ("AddmmBackward0", "maju", "loss = model(x).sum()")


def test_nan_in_data_is_not_the_fault_of_clipping():
    w, v = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    x = torch.tensor([1.0, float("nan")])
    with record() as run:
        loss = (w * x).sum() + v.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([w, v], 1.0)
    assert v.grad.isnan().all()
    found = run.first_nonfinite()
    assert (found.op, found.line.strip()) == ("MulBackward0", "loss = (w * x).sum() + v.sum()")


def test_a_parameter_that_is_made_empty_and_then_filled():
    empty, filled = Value((1,), "float32", (math.nan,), finite=False), Value((1,), "float32", (1.0,))
    graph = Graph((Node("AccumulateGrad", "leaf", "w"),), ())
    steps = (Leaf(0, name="w", value=empty), InPlace("ones_", Change("w", 0, empty, filled), 0))
    assert Recording(RecordingData(graph, steps=steps)).first_nonfinite() is None
    assert Recording(RecordingData(graph, steps=steps[:1])).first_nonfinite().name == "w"


def test_a_parameter_that_is_filled_too_late():
    with record() as run:
        w = torch.full((2,), float("nan")).requires_grad_()
        (w * 3).sum().backward()
        torch.nn.init.ones_(w)
    assert run.first_nonfinite().name == "w"


def test_a_parameter_that_is_overwritten_tells_who_wrote_and_shows_the_number():
    w = torch.zeros(8, requires_grad=True)
    with record() as run:
        (w * 2).sum()
        with torch.no_grad():
            w[6] = math.nan
        (w * 2).sum()
    found = run.first_nonfinite()
    assert (found.op, found.name, found.line.strip()) == ("copy_", "w", "w[6] = math.nan")
    assert "menghasilkan [0, 0, 0, …, nan, …]." in found.message


def test_nan_far_behind_is_found_with_all_that_is_known_of_its_operation():
    x = torch.ones((), requires_grad=True)
    with record() as run:
        y = x
        for _ in range(2_010):
            y = y + 1
        z = (y - 5_000).log() ** 2
    node = run.graph.nodes[run.first_nonfinite().node]
    assert (node.op, [one.name for one in node.saved]) == ("LogBackward0", ["self"])
    assert dict(run.graph.nodes[-1].attributes)["exponent"] == "2" and z.isnan()
