"""A drawing of a tensor reads as its statement is written, where that statement is certain."""

import linecache
import math
import runpy

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograd_viz import draw
from autograd_viz.drawing.as_coded import as_coded
from autograd_viz.tracing.trace import trace

PROGRAM = "<program>"
HEAD = "y = torch.tensor([0.5, 2.0], requires_grad=True)\nm = torch.tensor([1.0, 3.0])\n"


def title(code, name="out", backward=False):
    """The title of the card of `name`, in a program of these lines."""
    run = f"{name}.sum().backward()\n" if backward else ""
    text = f"{HEAD}{code}\n{run}told = draw({name}).text\n"
    linecache.cache[PROGRAM] = (len(text), None, text.splitlines(keepends=True), PROGRAM)
    space = {"torch": torch, "draw": draw}
    exec(compile(text, PROGRAM, "exec"), space)
    return space["told"].partition("\n\n")[2].split(" · ")[0]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("out = 1 - y", "out = 1 − y"),
        ("out = y - 1", "out = y − 1"),
        ("out = 3 + y", "out = 3 + y"),
        ("out = y + 3", "out = y + 3"),
        ("out = 2 * y", "out = 2 × y"),
        ("out = y * 2", "out = y × 2"),
        ("out = m - y", "out = konstanta − y"),
        ("out = y + m", "out = y + konstanta"),
        ("out = -2.5 * y", "out = (−2.5) × y"),
        ("out = 1 - y\nout = 1 - y", "out = 1 − y"),
        ("def f(out):\n    return out\nout = 4 - y", "out = 4 − y"),
    ],
)
def test_a_statement_is_drawn_as_it_is_written(code, wanted):
    assert title(code) == wanted


@pytest.fixture(scope="module")
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()  # who asks for the shell later is in a script again


@pytest.mark.parametrize("history", [True, False])
@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["out = 1 - y\ntold = draw(out).text"], "out = 1 − y"),
        (["%precision 3\nout = 2 * y\ntold = draw(\n    out,\n).text"], "out = 2 × y"),
        (["out = 1 - y", "told = draw(out).text"], "out = konstanta − y"),
        (["out = 1 - y", "if False:\n    out = 2 - y\ntold = draw(out).text"], "out = konstanta − y"),
        (["out = 1 - y\nif False:\n    out = 2 - y\ntold = draw(out).text"], "out = konstanta − y"),
        (["out = 2 - y\ntold = draw(out).text\nout = 1 - y"], "out = 2 − y"),
        (["out = 1 - y", "told = draw(out).text\nout = 2 - y"], "out = konstanta − y"),
        (["out = 1 - y\nfor k in range(2):\n    told = draw(out).text\n    out = 2 - y"], "out = konstanta − y"),
    ],
)
def test_in_a_notebook_only_what_ran_above_in_the_cell_counts(shell, cells, wanted, history):
    for cell in [f"import torch\nfrom autograd_viz import draw\n{HEAD}", *cells]:
        shell.run_cell(cell, store_history=history).raise_error()
    assert shell.user_ns["told"].partition("\n\n")[2].split(" · ")[0] == wanted


def test_inside_of_a_statement_and_after_backward():
    assert title("out = (1 - y) * 2", backward=True) == "out = … × 2"
    assert title("out = 3 / y", backward=True) == "out = 3 / y"
    y = torch.tensor(3.0, requires_grad=True)
    out = (2 * (1 - y)).exp()
    told = draw(out).text
    assert "2 × …" in told and "1 − y" in told and "konstanta" not in told


def test_a_program_in_a_file(tmp_path):
    file = tmp_path / "program.py"
    lines = ["import torch", "from autograd_viz import draw", "w = torch.tensor(2.0, requires_grad=True)"]
    file.write_text("\n".join([*lines, "loss = (3 * w - 1) ** 2", "told = draw(loss).text", ""]), encoding="utf-8")
    told = runpy.run_path(str(file))["told"]
    assert "… − 1 · SubBackward0" in told and "3 × w · MulBackward0" in told


@pytest.mark.parametrize(
    "code",
    [
        "out = 1 - y\nout = 2 - y",
        "out = 1 - y\nout += 0",
        "out = 1 - y\nfor out in [5 - y]:\n    pass",
        "out = 1 - y\ndef change():\n    global out\n    out = 7 - y\nchange()",
        "k = 1\nout = k - y",
        "out = 1 - abs(y)",
        "y2 = y * 1\nout = 1 - y2\ny2 = y",
        "out, other = 1 - y, 2",
    ],
)
def test_what_is_not_certain_is_left_open(code):
    found = title(code)
    assert "konstanta − " in found or "… + " in found, found


def test_only_what_fits_the_graph_is_noted():
    y = torch.tensor(3.0, requires_grad=True)
    out = 1 - y
    graph = trace(out)
    assert as_coded(graph, ("out = 1 - y",)) != graph
    for other in ("out = y - 1", "out = 1 + y", "out = 1 - z", "out = 1 - y * 1", "out = f(y)", "out = 1 -", ""):
        assert as_coded(graph, (other,)) == graph
    product = trace(y * 2, values=True, scope={"y": y})
    assert math.isclose(product.nodes[1].value.numbers[0], 2)
    assert as_coded(product, ("out = 3 * y",)) == product
