"""A result that was kept with its graph: who keeps it is named, and each turn computes it again."""

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

HEAD = "import functools\nimport torch\nfrom torch import nn\ntorch.manual_seed(0)\nnet, kepala = nn.Linear(3, 4), " \
    "nn.Linear(4, 1)\nx = torch.ones(5, 3)\n"  # fmt: skip
LOOP = """
opt = torch.optim.SGD([*net.parameters(), *kepala.parameters()], lr=0.1)
awal = net.weight.detach().clone()
for i in range(3):
    opt.zero_grad()
    loss = kepala(fitur(x)).pow(2).mean()
    loss.backward()
    opt.step()
assert (net.weight != awal).any()
"""
KEPT = {  # what the mend holds, and the program
    "a dictionary with a guard": ("baris 9 sampai 11", """
gudang = {}
def fitur(x):
    if "h" not in gudang:
        h = net(x)
        gudang["h"] = torch.tanh(h)
    return gudang["h"]
"""),
    "an early return": ("hapus baris 8 sampai 9", """
def fitur(x, memo={}):
    if x.shape in memo:
        return memo[x.shape]
    memo[x.shape] = torch.tanh(net(x))
    return memo[x.shape]
"""),
    "a variable of a closure": ("baris 11 sampai 12", """
def pembuat():
    simpan = None
    def fitur(x):
        nonlocal simpan
        if simpan is None:
            simpan = torch.tanh(net(x))
        return simpan
    return fitur
fitur = pembuat()
"""),
    "a decorator that remembers": ("@functools.lru_cache(maxsize=8)", """
@functools.lru_cache(maxsize=8)
def fitur(x):
    return torch.tanh(net(x))
"""),
    "a private attribute of a module": ("baris 12 sampai 13", """
class Kata(nn.Module):
    def __init__(self):
        super().__init__()
        self._ingat = {}
    def forward(self, x):
        if x.shape not in self._ingat:
            self._ingat[x.shape] = torch.tanh(net(x))
        return self._ingat[x.shape]
fitur = Kata()
"""),
    "an attribute of a class": ("baris 10 sampai 11", """
class Enkoder:
    gudang = {}
    def __call__(self, x):
        if x.shape not in Enkoder.gudang:
            Enkoder.gudang[x.shape] = torch.relu(net(x))
        return Enkoder.gudang[x.shape]
fitur = Enkoder().__call__
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_who_keeps_the_old_graph_is_named_and_each_turn_computes_it_again(name):
    held, source = KEPT[name]
    source = HEAD + source.removeprefix("\n") + LOOP.removeprefix("\n")
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.proven, first.ready) == ("graf-tersimpan", "", True, True)
    assert held in first.mend
    torch.manual_seed(0)
    assert run(mended := followed(source, first.mend), "mended.py") is None, mended


def test_without_a_trace_of_who_keeps_it_the_card_says_what_was_run_through_it_and_guesses_nothing():
    source = HEAD + "def latih(loss):\n    loss.backward()\nfor i in range(2):\n    latih(ambil(net).sum())\n"
    kept = []

    def take(net):
        kept.append(net(torch.ones(2, 3)).exp()) if not kept else None
        return kept[0]

    found = diagnose(run(source, ambil=eval("lambda net: f(net)", {"f": take})))
    text = "".join(cause.say + cause.evidence for cause in found.causes)
    assert [cause.id for cause in found.causes] == ["graf-tersimpan"] and "`loss.backward()` (baris 8)" in text


def test_what_a_numbered_part_computed_in_init_is_named_where_it_was_computed():
    source = HEAD + """class Saring(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.u = nn.Parameter(torch.ones(n))
        f = torch.softmax(self.u, 0)
        self.f = f
    def forward(self, x):
        return x * self.f
model = nn.Sequential(net, Saring(4), kepala)
for i in range(2):
    loss = model(x).pow(2).mean()
    loss.backward()
"""
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.proven) == ("luar-lingkaran", "", True)
    texts = [spot.text for spot in found.spots]
    assert "f = torch.softmax(self.u, 0)" in texts and "self.f = f" not in texts
    torch.manual_seed(0)
    assert run(mended := followed(source, first.mend), "mended.py") is None, mended


def test_all_writes_to_what_watched_modules_gave_are_mended_at_once():
    source = HEAD + """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 4)
    def forward(self, x):
        h = self.a(x)
        h += 1.0
        h = self.b(torch.tanh(h))
        h.mul_(2.0)
        return h.sum()
model = Net()
for part in (model.a, model.b):
    part.register_full_backward_hook(lambda m, gi, go: None)
model(x.clone().requires_grad_(True)).backward()
"""
    first = diagnose(run(source)).causes[0]
    assert (first.id, first.ready, first.mend.count("menggantikan")) == ("kait-modul-dan-inplace", True, 2)
    assert run(mended := followed(source, first.mend), "mended.py") is None, mended


def test_what_init_unpacked_is_unpacked_again_where_it_is_read():
    source = HEAD + """class Putar(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 3))
        self.q, _ = torch.linalg.qr(self.w)
    def forward(self, x):
        return x @ self.q
model = Putar()
for i in range(2):
    loss = model(x).pow(2).sum(0).mul(torch.arange(3.0)).sum()
    loss.backward()
"""
    first = diagnose(run(source)).causes[0]
    assert (first.id, first.ready) == ("luar-lingkaran", True)
    assert run(mended := followed(source, first.mend), "mended.py") is None, mended
