"""A step between two backward(): the writer is named, and the forward is run again below it, to the letter."""

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

HEAD = "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
TWO_STEPS = """
def dua_langkah(a, b, x):
    for k in range(2):
        y = torch.tanh(x @ a) @ b
        (y.pow(2).mean() if k == 0 else y.abs().mean()).backward()
        with torch.no_grad():
            for p in (a, b):
                p -= 0.1 * p.grad
                p.grad = None
    return a, b
"""
STEPS = {  # the writer, what the mend does not hold, the program, and what holds in the mended one
    "statements of its own": ("b -= 0.1 * b.grad", "retain_graph", TWO_STEPS + """
x, a, b = torch.randn(5, 3), torch.randn(3, 4, requires_grad=True), torch.randn(4, 1, requires_grad=True)
benar = dua_langkah(a.detach().clone().requires_grad_(), b.detach().clone().requires_grad_(), x)
h = torch.tanh(x @ a)
y = h @ b
satu = y.pow(2).mean()
dua = y.abs().mean()
satu.backward(retain_graph=True)
with torch.no_grad():
    a -= 0.1 * a.grad
    b -= 0.1 * b.grad
    a.grad.zero_()
    b.grad.zero_()
dua.backward()
with torch.no_grad():
    a -= 0.1 * a.grad
    b -= 0.1 * b.grad
""", "torch.allclose(a, benar[0]) and torch.allclose(b, benar[1])"),
    "a loop over all": ("p -= 0.1 * p.grad", "retain_graph", TWO_STEPS + """
def latih(x, params):
    a, b = params
    y = torch.tanh(x @ a) @ b
    satu, dua = y.pow(2).mean(), y.abs().mean()
    satu.backward(retain_graph=True)
    with torch.no_grad():
        for p in params:
            p -= 0.1 * p.grad
            p.grad = None
    dua.backward()
    with torch.no_grad():
        for q in params:
            q -= 0.1 * q.grad
x, params = torch.randn(5, 3), [torch.randn(3, 4, requires_grad=True), torch.randn(4, 1, requires_grad=True)]
benar = dua_langkah(*(p.detach().clone().requires_grad_() for p in params), x)
latih(x, params)
""", "all(torch.allclose(p, q) for p, q in zip(params, benar))"),
    "an optimizer of its own": ("opt.step()", "hapus baris 20", """
class Turun:
    def __init__(self, params):
        self.params = list(params)
    @torch.no_grad()
    def step(self):
        for p in self.params:
            p -= 0.1 * p.grad
    def zero_grad(self):
        for p in self.params:
            p.grad = None
net, x = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), torch.randn(5, 3)
opt = Turun(net.parameters())
keluar = net(x)
satu = keluar[:, 0].pow(2).mean()
dua = keluar[:, 1].abs().mean()
satu.backward(retain_graph=True)
opt.step()
opt.zero_grad()
awal = [p.detach().clone() for p in net.parameters()]
dua.backward()
opt.step()
""", "[p for p in net.parameters()][2].grad[0].abs().sum() == 0 and any("
         "not torch.equal(p, q) for p, q in zip(net.parameters(), awal))"),
    "a function that is given a list of them": ("turun([*badan.parameters(), *a.parameters()])", "retain_graph", """
def turun(params):
    with torch.no_grad():
        for p in params:
            p -= 0.1 * p.grad
            p.grad = None
badan, a, b = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4)), nn.Linear(4, 1), nn.Linear(4, 1)
h = badan(torch.ones(2, 3))
satu, dua = a(h).pow(2).mean(), b(h).abs().mean()
satu.backward(retain_graph=True)
turun([*badan.parameters(), *a.parameters()])
dua.backward()
turun([*badan.parameters(), *b.parameters()])
""", "b.weight.grad is None"),
    "a trunk that the step does not train": ("opt_d.step()", "satu.backward()", """
buat, nilai = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
opt_d = torch.optim.SGD(nilai.parameters(), lr=0.1)
opt_g = torch.optim.SGD(buat.parameters(), lr=0.1)
palsu = buat(torch.ones(4, 2)).tanh()
skor = nilai(palsu)
satu = skor.mean()
dua = -skor.pow(2).mean()
satu.backward(retain_graph=True)
opt_d.step()
opt_g.zero_grad()
dua.backward()
opt_g.step()
""", "buat.weight.grad.abs().sum() > 0"),
    "two losses of one call": ("opt_d.step()", "retain_graph", """
buat, nilai = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
opt_d = torch.optim.SGD(nilai.parameters(), lr=0.1)
opt_g = torch.optim.SGD(buat.parameters(), lr=0.1)
def rugi():
    skor = nilai(buat(torch.ones(4, 2)))
    return skor.mean(), -skor.pow(2).mean()
satu, dua = rugi()
satu.backward(retain_graph=True)
opt_d.step()
opt_g.zero_grad()
dua.backward()
""", "buat.weight.grad.abs().sum() > 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_the_step_between_two_backward_is_named_and_the_forward_runs_again_below_it(name):
    writer, absent, source, holds = STEPS[name]
    source = HEAD + source.removeprefix("\n")
    found = diagnose(run(source))
    first = found.causes[0]
    assert (found.unread, first.proven, first.ready) == ("", True, True)
    assert writer in [spot.text for spot in found.spots] and "tetap di situ" not in first.mend
    assert absent not in first.mend
    torch.manual_seed(0)
    mended = followed(source, first.mend) + f"assert {holds}\n"
    assert run(mended, "mended.py") is None, mended
