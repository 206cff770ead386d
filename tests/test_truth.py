"""What a drawing and a film say of whole programs is true: formulas, indexes, names, words of our own."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F

from autograd_viz import draw, play, record
from autograd_viz.drawing.cards import cards


def film(run):
    return repr(play(run))


LOSSES = [
    (F.binary_cross_entropy, [0.2, 0.7], [0.0, 1.0]),
    (F.binary_cross_entropy_with_logits, [0.2, -0.7], [0.0, 1.0]),
    (F.soft_margin_loss, [0.2, -0.7], [-1.0, 1.0]),
    (F.mse_loss, [0.2, -0.7], [-1.0, 1.0]),
    (F.smooth_l1_loss, [0.2, -0.7], [-1.0, 1.0]),
    (F.huber_loss, [0.2, -0.7], [-1.0, 1.0]),
    (F.l1_loss, [0.2, -0.7], [-1.0, 1.0]),
]


@pytest.mark.parametrize(("loss", "p", "t"), LOSSES, ids=lambda x: getattr(x, "__name__", ""))
@pytest.mark.parametrize("how", ["sum", "mean", "none"])
def test_a_film_divides_by_n_only_for_a_mean(loss, p, t, how):
    p, t = torch.tensor(p, requires_grad=True), torch.tensor(t)
    with record() as run:
        loss(p, t, reduction=how).backward(torch.ones(2) if how == "none" else None)
    told = film(run)
    divided = any(mark in told for mark in ("/N", "/ 2", "1/2"))
    assert divided is (how == "mean"), told


@pytest.mark.parametrize("how", ["sum", "mean"])
def test_class_weights_and_left_out_targets_are_told(how):
    scores = torch.zeros(3, 2, requires_grad=True)
    with record() as run:
        weights = torch.tensor([1.0, 3.0])
        F.nll_loss(scores.log_softmax(1), torch.tensor([0, 1, 1]), weights, reduction=how).backward()
    assert f"−g·weight{'/Σ weight' if how == 'mean' else ''} pada kelas target" in film(run)


class Words(torch.autograd.Function):
    """Keeps on ctx what could be taken for attributes of our own."""

    @staticmethod
    def forward(ctx, x):
        ctx.slot1, ctx.slot0, ctx.order, ctx.tie, ctx.index = 7, 8, "1, 0", 1, "[0]"
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


def test_attributes_of_a_custom_function_are_not_ours():
    x = torch.ones(2, requires_grad=True)
    y = Words.apply(x)
    assert draw(y).text.splitlines()[2].startswith("y = Words(x) · WordsBackward")
    assert "order = 1, 0" in draw(y, detail="full").text and "slot1 = 7" in draw(y, detail="full").text
    with record() as run:
        Words.apply(x).sum().backward()
    assert "Words(x)" in film(run)


def test_complex_inputs_are_told_with_their_conjugate():
    z, w = torch.tensor(1 + 2j, requires_grad=True), torch.tensor([3 - 1j])
    with record() as run:
        (z * w).abs().sum().backward()
    assert "konj(w)" in film(run)


# --- indexes ---------------------------------------------------------------------------------------------------------

x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
mask = torch.arange(24).reshape(2, 3, 4) % 2 == 0
rows, columns = torch.tensor([0, 1]), torch.tensor([2, 0])
INDEXES = [
    "x[1]", "x[-1]", "x[1:]", "x[:-1]", "x[::2]", "x[:, 1]", "x[:, 1:]", "x[:, -2]", "x[..., 0]", "x[..., 1:3]",
    "x[0, 1]", "x[0, 1, 2]", "x[0, :, 2]", "x[1:, 2]", "x[:, 1:, ::2]", "x[:1, :2, :3]", "x[None, 1]", "x[1, None]",
    "x[:, None, 1]", "x[0, ..., None, 1:]", "x[mask]", "x[rows]", "x[:, rows]", "x[rows, columns]", "x[0, rows]",
    "x[[0, 1]]", "x[1:, rows]",
]  # fmt: skip


@pytest.mark.parametrize("code", INDEXES)
def test_an_index_is_drawn_as_python_writes_it(code):
    made = eval(code)
    drawing = draw(made, names={"x": x, "mask": mask, "rows": rows, "columns": columns})
    (title,) = [card.title for card in cards(drawing.graph) if card.kind == "operation"]
    shown = title.removeprefix("made = ")
    assert torch.equal(eval(shown), made) and shown.startswith("x["), title
    if "..." not in code:
        assert shown == code


def test_two_indexes_that_are_not_one_stay_two():
    titles = [card.title for card in cards(draw(x[1:][0]).graph) if card.kind == "operation"]
    assert titles == ["x[1:]", "…[0]"]
    y = x[1:]
    z = y[:, 0]
    assert [card.title for card in cards(draw(z).graph) if card.kind == "operation"] == ["y = x[1:]", "z = y[:, 0]"]


def test_a_film_writes_the_index_of_the_line():
    with record() as run:
        x[1:, 2].sum().backward()
    assert "x[1:, 2]" in film(run) and "9.223e" not in film(run)
    with record() as run:
        (x[x > 3] * 2).sum().backward()
    assert "x[x > 3]" in film(run)


# --- titles ----------------------------------------------------------------------------------------------------------


class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.key = torch.nn.Linear(2, 2, bias=False)
        self.query = torch.nn.Linear(2, 2, bias=False)

    def forward(self, x):
        k, q = self.key(x), self.query(x)
        return (q @ k.mT).sum()


def test_a_linear_without_bias_goes_by_its_module_and_its_input_has_a_name():
    head, x = Head(), torch.ones(3, 2)
    with record() as run:
        head(x).backward()
    told = film(run)
    assert "key(x)" in told and "query(x)" in told and "konstanta" not in told
    titles = [card.title for card in cards(draw(head(x)).graph)]
    assert any(title.endswith("key(x)") for title in titles) and any(title.endswith("query(x)") for title in titles)


def test_what_is_computed_without_gradient_is_written_as_in_the_line():
    p, y = torch.tensor([0.2, 0.7], requires_grad=True), torch.tensor([0.0, 1.0])
    with record() as run:
        loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).sum()
        loss.backward()
    told = film(run)
    assert "(1 − y) × " in told and "y × " in told and "konstanta" not in told


def test_a_name_equal_to_the_symbol_is_told_once_and_words_are_not_raised():
    p, t = torch.rand(2, 3, requires_grad=True), torch.ones(2, 3)
    BCE = F.binary_cross_entropy(p.sigmoid().clamp(0.1, 0.9), t)  # noqa: N806
    assert not [card.title for card in cards(draw(BCE).graph) if card.title == "BCE = BCE"]
    logvar = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        torch.exp(logvar).backward()
    assert "exp(logvar)" in film(run) and "eˡᵒᵍᵛᵃʳ" not in film(run)


def test_an_operator_that_was_not_recorded_names_nothing():
    x, a, b = torch.ones(2, requires_grad=True), torch.full((2,), 2.0), torch.full((2,), 3.0)
    with record() as run:
        for _ in range(2):
            ((a * b) * x.sin()).sum().backward()
    constants = {node.name for node in run.graph.nodes if node.role == "constant"}
    assert constants <= {None, "a * b"}


# --- equal names -----------------------------------------------------------------------------------------------------


def test_modules_made_inside_a_function_bear_the_names_of_its_variables():
    def train():
        generator, critic = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
        critic(generator(torch.ones(1, 2))).sum().backward()

    with record() as run:
        train()
    leaves = [node.name for node in run.graph.nodes if node.role == "leaf"]
    assert sorted(leaves) == ["critic.bias", "critic.weight", "generator.bias", "generator.weight"]
    assert "dari 4 tensor daun" in draw(run).text


def test_modules_without_a_name_and_leaves_of_one_name_are_told_apart():
    def step(w):
        (w * 2).sum().backward()

    with record() as run:
        torch.nn.Linear(2, 1)(torch.nn.Linear(2, 2)(torch.ones(1, 2))).sum().backward()
        step(torch.ones(2, requires_grad=True))
        step(torch.ones(2, requires_grad=True))
    leaves = [node.name for node in run.graph.nodes if node.role == "leaf"]
    assert len(set(leaves)) == len(leaves) == 6 and None not in leaves, leaves


# --- long chains -----------------------------------------------------------------------------------------------------

CHAIN = """
import torch, autograd_viz as av
def chain():
    y = torch.ones(3, requires_grad=True)
    for _ in range(10_000):
        y = y.sin()
    return y.sum()
y = chain()
print(len({call}.nodes))
del y
print("freed")
"""


def test_a_chain_of_ten_thousand_operations_is_read_and_freed():
    code = CHAIN.format(call="av.trace(y)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["10002", "freed"]), done.stderr
