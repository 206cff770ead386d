"""A result taken for a leaf, and leaves that were never marked: named with the program's own lines."""

import warnings

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

HEAD = "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
LEAVES = {  # the cause, a line that is named, the program, and what holds in the mended one
    "the flag before the last operation, in a function": ("dikali-sesudah-tanda", "return bobot * 0.5", """
def siapkan(n):
    bobot = torch.ones(n, requires_grad=True)
    return bobot * 0.5
w = siapkan(3)
(w ** 2).sum().backward()
g = w.grad
""", "w.is_leaf and g.equal(torch.ones(3))"),
    "a result that a module keeps": ("ingin-gradien-tengah", "self.h = torch.tanh(self.a(x))", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 4)
    def forward(self, x):
        self.h = torch.tanh(self.a(x))
        return self.h.sum()
net = Net()
net(torch.ones(2, 3)).backward()
g = net.h.grad
""", "g.equal(torch.ones(2, 4))"),
    "a name that an update took": ("dikali-sesudah-tanda", "w = w - 0.1 * w.grad", """
w = torch.ones(2, requires_grad=True)
for i in range(2):
    (w ** 2).sum().backward()
    w = w - 0.1 * w.grad
""", "w.is_leaf and w.allclose(torch.full((2,), 0.64))"),
    "an update that makes no new tensor": ("dikali-sesudah-tanda", "return acak * skala", """
def awal(skala):
    acak = torch.ones(2, requires_grad=True)
    return acak * skala
a = awal(0.5)
for k in range(2):
    (a ** 2).sum().backward()
    with torch.no_grad():
        a -= 0.1 * a.grad
        a.grad.zero_()
""", "a.is_leaf and a.allclose(torch.full((2,), 0.32))"),
    "a list of numbers": ("lupa-tanda", "w = torch.tensor([1.0, 2.0])", """
def rugi(w, x):
    return ((x * w).sum() - 1) ** 2
w = torch.tensor([1.0, 2.0])
x = torch.tensor([0.5, 0.25])
loss = rugi(w, x)
loss.backward()
g = w.grad
""", "g is not None and not x.requires_grad"),
    "attributes of an object that is called": ("lupa-tanda", "self.w = torch.tensor([1.0, 2.0])", """
class Model:
    def __init__(self):
        self.w = torch.tensor([1.0, 2.0])
        self.b = torch.zeros(1)
    def __call__(self, x):
        return x @ self.w + self.b
def latih(m, x):
    loss = m(x).pow(2).mean()
    loss.backward()
    return m
m = latih(Model(), torch.ones(4, 2))
""", "m.w.grad is not None and m.b.grad is not None"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAVES)
def test_the_programs_own_line_is_named_and_mended(name):
    cause, line, source, holds = LEAVES[name]
    source = HEAD + source.removeprefix("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        found = diagnose(run(source))
        assert [(one.id, one.proven, one.ready) for one in found.causes] == [(cause, True, True)] and not found.unread
        assert line in [spot.text for spot in found.spots]
        torch.manual_seed(0)
        mended = followed(source, found.causes[0].mend) + f"assert {holds}\n"
        assert run(mended, "mended.py") is None, mended


def test_a_copy_of_what_was_computed_is_still_a_possible_cut():
    source = HEAD + "def buat(k):\n    return torch.tensor(k)\nw = torch.ones(2, requires_grad=True)\n" \
        "loss = buat(hitung(w)).sum()\nloss.backward()\n"  # fmt: skip
    found = diagnose(run(source, hitung=eval("lambda w: w.tolist()", {})))
    assert "torch-tensor" in [one.id for one in found.causes]
