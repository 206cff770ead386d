"""What the doctor writes instead of NumPy takes the same arguments and gives the same numbers."""

import ast

import numpy as np
import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from autograd_viz.doctor.numpy_calls import InTorch
from tests.doctor_cases import run

HELD = {"x": torch.tensor([[1.0, -2.0], [3.0, 0.5]]), "y": torch.tensor([[0.5, 2.0], [1.0, 1.5]]), "floor": 0.7, "n": 2}
LINES = {
    "np.log10(np.maximum(y, floor))": "torch.log10(y.clamp(min=floor))",
    "np.maximum(0, x - y)": "(x - y).clamp(min=0)",
    "np.minimum(x, -0.5)": "x.clamp(max=-0.5)",
    "np.maximum(x, y)": "torch.maximum(x, y)",
    "x * np.sqrt(n) / np.log(floor)": "x * np.sqrt(n) / np.log(floor)",
    "np.hypot(x, floor)": "torch.hypot(x, torch.as_tensor(floor))",
    "np.std(x, axis=0)": "torch.std(x, dim=0, correction=0)",
    "np.power(y, 2) + np.linalg.norm(x)": "torch.pow(y, 2) + torch.linalg.norm(x)",
    "np.concatenate([x, y], axis=1)": "torch.cat([x, y], dim=1)",
    "np.sum(x, axis=1, keepdims=True)": "torch.sum(x, dim=1, keepdim=True)",
    "np.mod(y, n)": "torch.remainder(y, n)",
    "np.clip(x, 0, floor)": "torch.clip(x, 0, floor)",
    "np.exp(x.detach().cpu().numpy())": "torch.exp(x)",
    "np.array([x, y])": "torch.stack([x, y])",
    "y + np.array([floor, 1.0])": "y + torch.tensor([floor, 1.0])",
    "np.exp(np.asarray(x))": "torch.exp(x)",
}


def look(path):
    return (HELD[path], "") if path in HELD else (None, path)


@pytest.mark.parametrize("line", LINES)
def test_the_same_numbers_from_torch(line):
    change = InTorch(look)
    written = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(line, mode="eval"))))
    assert (written, change.missing) == (LINES[line], [])
    space = {"np": np, "torch": torch, **HELD}
    with_numpy = {**space, **{name: one.numpy() for name, one in HELD.items() if isinstance(one, torch.Tensor)}}
    expected = eval(line.replace("x.detach().cpu().numpy()", "x"), with_numpy)
    torch.testing.assert_close(eval(written, space), torch.as_tensor(expected, dtype=torch.float32))


PROGRAM = """
import numpy as np
import torch
w = torch.ones(3, requires_grad=True)
def decibel(mag, floor=1e-3):
    return 20 * np.log10(np.maximum(mag, floor))
loss = (decibel(w) - decibel(torch.full((3,), 0.1))).mean()
loss.backward()
"""


def test_the_card_is_followed_to_the_letter():
    found = diagnose(run(PROGRAM)).causes[0]
    assert found.mend == "# menggantikan baris 6:\nreturn 20 * torch.log10(mag.clamp(min=floor))" and found.ready
    assert run(PROGRAM.replace("return 20 * np.log10(np.maximum(mag, floor))", found.mend.splitlines()[1])) is None
