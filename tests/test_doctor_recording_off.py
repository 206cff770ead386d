"""Recording that something else switched off: named, and mended to the letter."""

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

HEAD = "import functools\nimport torch\nfrom contextlib import ExitStack, contextmanager\nfrom torch import nn\n"
LOOP = """
for i in range(2):
    loss = net(x).pow(2).mean()
    loss.backward()
    nilai(net, x)
"""
OFF = {  # the line that is named, the program, and what holds in the mended one
    "a context entered by hand": ("torch.no_grad().__enter__()", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
def nilai(net, x):
    torch.no_grad().__enter__()
    y = net(x)
    return y.requires_grad
""" + LOOP, "not nilai(net, x)"),
    "a context left only sometimes": ("self.mati.__enter__()", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
class Uji:
    def __init__(self):
        self.mati = torch.no_grad()
    def __call__(self, net, x):
        self.mati.__enter__()
        y = net(x).mean()
        if y > 1e9:
            self.mati.__exit__(None, None, None)
        return y.requires_grad
    def jalan(self, net, x):
        return self(net, x)
uji = Uji()
nilai = lambda net, x: uji.jalan(net, x)
""" + LOOP, "not uji.jalan(net, x)"),
    "a stack that is never closed": ("tumpukan.enter_context(torch.no_grad())", """
net, x, tumpukan = nn.Linear(3, 1), torch.ones(4, 3), ExitStack()
def nilai(net, x):
    tumpukan.enter_context(torch.no_grad())
    return net(x).requires_grad
""" + LOOP, "not nilai(net, x)"),
    "a return before recording goes on": ("torch.set_grad_enabled(False)", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
def nilai(net, x):
    torch.set_grad_enabled(False)
    y = net(x)
    if y.isfinite().all():
        return y.requires_grad
    torch.set_grad_enabled(True)
    return True
""" + LOOP, "not nilai(net, x)"),
    "a context manager of one's own": ("torch.set_grad_enabled(False)", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
@contextmanager
def diam():
    torch.set_grad_enabled(False)
    yield
def nilai(net, x):
    with diam():
        return net(x).requires_grad
""" + LOOP, "not nilai(net, x)"),
    "switched by what is asked at run time": ("torch.set_grad_enabled(mode == 'latih')", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
def atur(mode):
    torch.set_grad_enabled(mode == 'latih')
def nilai(net, x):
    atur('uji')
    return net(x).requires_grad
""" + LOOP, "not nilai(net, x)"),
    "a generator in the head of the loop": ("yield torch.ones(4, 3) * i", """
net = nn.Linear(3, 1)
def data(n):
    with torch.no_grad():
        for i in range(n):
            yield torch.ones(4, 3) * i
for x in data(2):
    loss = net(x).pow(2).mean()
    loss.backward()
""", "next(data(1)).sum() == 0 and torch.is_grad_enabled()"),
    "a generator that waits in a name": ("yield net(torch.ones(4, 3) * i)", """
net, x = nn.Linear(3, 1), torch.ones(4, 3)
def contoh(n):
    bias = 1.0
    with torch.no_grad():
        for i in range(n):
            yield net(torch.ones(4, 3) * i)
def latih():
    aliran = contoh(3)
    awal = next(aliran)
    loss = net(x + awal).pow(2).mean()
    loss.backward()
    return awal
awal = latih()
""", "not awal.requires_grad and net.weight.grad is not None"),
    "an object that is gone through": ("yield self.net(torch.ones(4, 3) * i)", """
net, kepala = nn.Linear(3, 2), nn.Linear(2, 1)
class Ciri:
    def __init__(self, net):
        self.net = net
    def __iter__(self):
        with torch.inference_mode():
            for i in range(2):
                yield self.net(torch.ones(4, 3) * i)
for ciri in Ciri(net):
    loss = kepala(ciri).pow(2).mean()
    loss.backward()
""", "kepala.weight.grad is not None and net.weight.grad is None"),
    "a caller inside a block": ("hasil.append(langkah(x))", """
net = nn.Linear(3, 1)
def langkah(x):
    loss = net(x).pow(2).mean()
    loss.backward()
    return loss.item()
hasil = []
with torch.no_grad():
    for x in (torch.ones(4, 3),):
        hasil.append(langkah(x))
""", "len(hasil) == 1"),
    "a wrapper of one's own around forward": ("return f(*a)", """
def hemat(f):
    @functools.wraps(f)
    def dalam(*a):
        with torch.no_grad():
            return f(*a)
    return dalam
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 1)
    @hemat
    def forward(self, x):
        return self.a(x)
net = Net()
loss = net(torch.ones(4, 3)).pow(2).mean()
loss.backward()
""", "net.a.weight.grad is not None"),
    "a wrapper around the whole step": ("return f(*a)", """
net = nn.Linear(3, 1)
def hemat(f):
    def dalam(*a):
        with torch.no_grad():
            return f(*a)
    return dalam
@hemat
def langkah(x):
    loss = net(x).pow(2).mean()
    loss.backward()
langkah(torch.ones(4, 3))
""", "net.weight.grad is not None"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def recording_stays_on():
    yield
    torch.set_grad_enabled(True)


@pytest.mark.parametrize("name", OFF)
def test_what_switched_recording_off_is_named_and_the_mend_cures(name):
    line, source, holds = OFF[name]
    source = HEAD + source.removeprefix("\n")
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.proven, first.ready) == ("tanpa-grad-mode", "", True, True)
    assert line in [spot.text for spot in found.spots]
    mended = followed(source, first.mend) + f"assert {holds}\n"
    assert run(mended, "mended.py") is None, mended


def test_a_block_that_records_again_inside_no_grad_is_no_cause():
    source = HEAD + "net, x = nn.Linear(3, 1), torch.ones(4, 3)\nwith torch.no_grad():\n" \
        "    with torch.enable_grad():\n        loss = net(x).mean().detach()\nloss.backward()\n"  # fmt: skip
    assert diagnose(run(source)).causes[0].id == "detach"
