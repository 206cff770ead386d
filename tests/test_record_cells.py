"""A recording made in cells of a real IPython kernel."""

import json

import nbformat
from nbclient import NotebookClient

from autograd_viz.capturing.record import record

SETUP = """
import json, torch
from autograd_viz.capturing.record import record

def square(t):
    return t * t
"""
RUN = """
x = torch.tensor(2.0, requires_grad=True)
with record() as run:
    y = (
        x
        * 3
    )
    for k in range(2):
        y = square(y) + k
    z = (y + 1).sum(); z.backward()
"""
SHOW = """
shown = [(step.kind, getattr(step, "name", None), run.line(step).strip()) for step in run.steps]
print(json.dumps({"steps": shown, "titles": [source.title for source in run.sources],
                  "first": [source.first for source in run.sources]}))
"""


def executed(*cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip("\n")) for cell in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return json.loads(notebook.cells[-1].outputs[0].text)


def test_cells_of_a_kernel():
    found = executed(SETUP, RUN, SHOW)
    assert found["titles"] == ["sel 1", "sel 2"] and found["first"] == [1, 1]
    product = "y = (\n        x\n        * 3\n    )"
    forward = [line for kind, _, line in found["steps"] if kind in ("leaf", "forward")]
    loop, last = "y = square(y) + k", "z = (y + 1).sum(); z.backward()"
    assert forward[:6] == [product, product, "return t * t", loop, "return t * t", loop]
    assert {line for kind, _, line in found["steps"] if kind in ("backward", "gradient", "accumulate")} <= {
        "z.backward()",
        last,
    }


def test_a_cell_that_imports_no_source_still_records():
    space = {"record": record}
    exec(
        compile(
            "import torch\nx = torch.tensor(2.0, requires_grad=True)\nwith record() as run:\n    (x * 2).backward()\n",
            "<tanpa teks>",
            "exec",
        ),
        space,
    )
    run = space["run"]
    assert run.sources == () and all(step.place is None for step in run.steps)
    assert run.steps[-2].change.after.numbers == (2.0,)
