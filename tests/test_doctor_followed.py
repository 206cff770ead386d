"""The doctor's mend, followed to the letter: its lines put where the card says, and nothing else."""

import re
import textwrap
from dataclasses import replace
from typing import NamedTuple

import pytest
import torch

from autograd_viz import explain
from autograd_viz.doctor.card import Card
from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
REPLACED = re.compile(r"# (?:[^#]*; )?menggantikan baris (\d+)(?: sampai (\d+))?\b")
REMOVED = re.compile(r"# hapus baris (\d+)(?: sampai (\d+))?\b")
MOVED = re.compile(r"# pindahkan (baris \d+(?:, baris \d+)*) ke antara baris \d+\b.* dan baris (\d+):")
TO = re.compile(r"# pindahkan baris (\d+)(?: sampai (\d+))? ke tepat di (atas|bawah) baris (\d+)\b")
AGAIN = re.compile(r"# hitung lagi baris \d+.* di antara baris \d+\b.* dan baris (\d+):")
ABOVE = re.compile(r"# .*di atas baris (\d+)\b")
BELOW = re.compile(r"# (?:baris baru, )?tepat di bawah baris (\d+)\b")


def followed(source: str, mend: str) -> str:
    """The program after the mend: each comment says which lines its code replaces, or above which it stands."""
    lines = source.splitlines()
    new: dict[int, list[str]] = {}
    below: dict[int, list[str]] = {}
    gone: set[int] = set()
    place, where = None, new
    for line in mend.splitlines():
        sunk = BELOW.match(line) or ((to := TO.match(line)) and to[3] == "bawah")
        where = below if sunk else new if line.startswith("#") else where
        if found := REMOVED.match(line):
            gone |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
        elif found := REPLACED.match(line):
            place = int(found[1])
            gone |= set(range(place, int(found[2] or found[1]) + 1))
        elif found := TO.match(line):
            gone |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
            place = int(found[4])
        elif found := MOVED.match(line):
            gone |= set(map(int, re.findall(r"\d+", found[1])))
            place = int(found[2])
        elif found := AGAIN.match(line) or ABOVE.match(line) or BELOW.match(line):
            place = int(found[1])
        elif not line.startswith("#") and not line.endswith("tetap di situ"):
            assert place is not None, f"the card does not say where this goes: {line}"
            indent = re.match(r" *", lines[place - 1])[0]
            where.setdefault(place, []).append(indent + line)
    kept = []
    for number, line in enumerate(lines, 1):
        kept += new.get(number, [])
        kept += [line] if number not in gone else []
        kept += below.get(number, [])
    return "\n".join(kept) + "\n"


class Bug(NamedTuple):
    """A program, the cause's id, the line that is to be named, and what holds in the cured program."""

    cause: str
    line: str
    source: str
    holds: str


BUGS = {
    "a threshold in a helper of the loss and of the metric": Bug(
        "argmax", "return (torch.sigmoid(logits) > 0.5).float()", """
import torch
from torch import nn
def topeng(logits):
    return (torch.sigmoid(logits) > 0.5).float()
def dice(topeng_nya, target):
    return (2 * (topeng_nya * target).sum() + 1) / (topeng_nya.sum() + target.sum() + 1)
def rugi(logits, target):
    tebakan = topeng(logits)
    return 1 - dice(tebakan, target)
model, x = nn.Linear(3, 1), torch.ones(2, 3)
loss = rugi(model(x), torch.tensor([[0.0], [1.0]]))
loss.backward()
""", "model.weight.grad.abs().sum() > 0 and set(topeng(model(x)).flatten().tolist()) <= {0.0, 1.0}"),
    "argmax in a method for the metric": Bug("argmax", "return peluang.argmax(dim=1)", """
import torch
from torch import nn
class Jaring(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
    def forward(self, x):
        return self.fc(x)
    def tebak(self, x):
        peluang = torch.softmax(self.forward(x), dim=1)
        return peluang.argmax(dim=1)
def langkah(jaring, kriteria, data, kelas):
    hasil = jaring.tebak(data)
    loss = kriteria(hasil.float(), kelas.float())
    loss.backward()
    return loss
model = Jaring()
nilai = langkah(model, nn.CrossEntropyLoss(), torch.ones(3, 4), torch.tensor([0, 2, 1]))
""", "nilai.allclose(nn.functional.cross_entropy(model(torch.ones(3, 4)), torch.tensor([0, 2, 1])))"),
    "new tensors by an update without a name for the list": Bug("variabel-baru", "p = p - 0.1 * p.grad", """
import torch
def langkah(daftar):
    baru = []
    for p in daftar:
        p = p - 0.1 * p.grad
        baru.append(p)
    return baru
daftar = [torch.ones(2, requires_grad=True)]
for putaran in range(2):
    (daftar[0] ** 2).sum().backward()
    daftar = langkah(daftar)
""", "daftar[0].is_leaf and daftar[0].allclose(torch.full((2,), 0.64))"),
    "computed once in the __init__ of a part": Bug("luar-lingkaran", "self.peta = self.susun()", """
import torch
from torch import nn
class Peta(nn.Module):
    def __init__(self):
        super().__init__()
        self.u = nn.Parameter(torch.ones(3, 2))
        self.peta = self.susun()
    def susun(self):
        return torch.sigmoid(self.u @ self.u.t())
class Lapis(nn.Module):
    def __init__(self, peta):
        super().__init__()
        self.p, self.lin = peta, nn.Linear(3, 1)
    def forward(self, x):
        return self.lin(x @ self.p.peta)
model = Lapis(Peta())
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for i in range(2):
    loss = model(torch.ones(2, 3)).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
""", "model.p.u.grad.abs().sum() > 0"),
    "computed once in __init__ by two lines": Bug("luar-lingkaran", "self.k = torch.softmax(s, 1)", """
import torch
from torch import nn
class Inti(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.w = nn.Parameter(torch.eye(n))
        s = torch.relu(self.w @ self.w.t())
        self.k = torch.softmax(s, 1)
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.inti = Inti(3)
    def campur(self, x):
        y = x @ self.inti.k
        return y + self.inti.k.mean()
    def forward(self, x):
        return self.campur(x)
model = Model()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for i in range(2):
    loss = model(torch.arange(6.0).reshape(2, 3)).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
""", "model.inti.w.grad.abs().sum() > 0"),
    "recording switched off in a function called before": Bug("tanpa-grad-mode", "torch.set_grad_enabled(False)", """
import torch
from torch import nn
class Penilai:
    def nilai(self, model):
        torch.set_grad_enabled(False)
        return model(torch.ones(2, 2)).mean().item()
model, penilai = nn.Linear(2, 1), Penilai()
for i in range(2):
    loss = model(torch.ones(3, 2)).mean()
    loss.backward()
    print(penilai.nilai(model))
""", "torch.is_grad_enabled()"),
    "recording switched off at the end of a turn": Bug("tanpa-grad-mode", "torch.set_grad_enabled(False)", """
import torch
from torch import nn
model = nn.Linear(2, 1)
for i in range(2):
    loss = model(torch.ones(3, 2)).mean()
    loss.backward()
    torch.set_grad_enabled(False)
    for x in (torch.ones(1, 2), torch.zeros(1, 2)):
        print(model(x))
""", "torch.is_grad_enabled()"),
    "recording switched on again too late": Bug("tanpa-grad-mode", "torch.set_grad_enabled(False)", """
import torch
from torch import nn
model = nn.Linear(2, 1)
def ukur(x):
    torch.set_grad_enabled(False)
    return model(x).mean()
def latih(x):
    ukur(x)
    loss = model(x).mean()
    torch.set_grad_enabled(True)
    loss.backward()
latih(torch.ones(3, 2))
""", "model.weight.grad is not None"),
}  # fmt: skip


ACTOR_CRITIC = """
import torch
from torch import nn
aktor, kritik = nn.Linear(2, 1), nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
opt_a = torch.optim.SGD(aktor.parameters(), lr=0.1)
opt_k = torch.optim.SGD(kritik.parameters(), lr=0.1)
awal = kritik[0].weight.detach().clone()
s, u = torch.ones(4, 2), torch.ones(4, 1)
def nilai(a):
    return kritik(torch.cat([s, a], 1))
def hitung():
    return (nilai(u) - 1).pow(2).mean(), -nilai(aktor(s)).mean()
def langkah_kritik():
    opt_k.zero_grad()
    (nilai(u) - 1).pow(2).mean().backward()
    opt_k.step()
def perbarui(opt, rugi):
    opt.zero_grad()
    rugi.backward()
    opt.step()
kritik_awal = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
kritik_awal.load_state_dict(kritik.state_dict())
(kritik_awal(torch.cat([s, u], 1)) - 1).pow(2).mean().backward()
seharusnya = awal - 0.1 * kritik_awal[0].weight.grad
"""
# The critic moved by the gradient of its own loss alone, and the actor has learned.
RIGHT = "torch.allclose(kritik[0].weight, seharusnya) and aktor.weight.grad.abs().sum() > 0"
STEPS = {
    "a loop over pairs": ("opt.step()", """
rugi_k, rugi_a = hitung()
for opt, rugi in ((opt_k, rugi_k), (opt_a, rugi_a)):
    opt.zero_grad()
    rugi.backward()
    opt.step()
"""),
    "a loop over zipped lists": ("o.step()", """
def belajar(opts):
    semua = hitung()
    for o, l in zip(opts, semua):
        o.zero_grad()
        l.backward()
        o.step()
belajar([opt_k, opt_a])
"""),
    "a helper that steps": ("opt.step()", """
def belajar():
    rugi_k = (nilai(u) - 1).pow(2).mean()
    rugi_a = -nilai(aktor(s)).mean()
    perbarui(opt_k, rugi_k)
    perbarui(opt_a, rugi_a)
belajar()
"""),
    "a call that computes and steps": ("opt_k.step()", """
rugi_a = -nilai(aktor(s)).mean()
langkah_kritik()
opt_a.zero_grad()
rugi_a.backward()
opt_a.step()
"""),
    "both losses of one call": ("opt_k.step()", """
rugi_k, rugi_a = hitung()
opt_k.zero_grad()
rugi_k.backward()
opt_k.step()
opt_a.zero_grad()
rugi_a.backward()
opt_a.step()
"""),
    "a loop over the keys of a dict": ("opts[nama].step()", """
opts = {'k': opt_k, 'a': opt_a}
rugi_k, rugi_a = hitung()
rugi = {'k': rugi_k, 'a': rugi_a}
for nama in rugi:
    opts[nama].zero_grad()
    rugi[nama].backward()
    opts[nama].step()
"""),
    "a loop with numbers": ("o.step()", """
opts = [opt_k, opt_a]
semua = [*hitung()]
for k, o in enumerate(opts):
    o.zero_grad()
    semua[k].backward()
    o.step()
"""),
    "optimizers that an object keeps, by a helper": ("self.opts[nama].step()", """
class Agen:
    def __init__(self):
        self.opts = {'k': opt_k, 'a': opt_a}
    def langkah(self, nama, rugi):
        self.opts[nama].zero_grad()
        rugi.backward()
        self.opts[nama].step()
    def rugi(self):
        rugi_k, rugi_a = hitung()
        return {'k': rugi_k, 'a': rugi_a}
    def belajar(self):
        rugi = self.rugi()
        self.langkah('k', rugi['k'])
        self.langkah('a', rugi['a'])
agen = Agen()
agen.belajar()
"""),
    "fields of an object": ("milik.k.step()", """
from dataclasses import dataclass
@dataclass
class Milik:
    k: object
    a: object
milik = Milik(opt_k, opt_a)
del opt_k, opt_a
rugi = {'k': (nilai(u) - 1).pow(2).mean(), 'a': -nilai(aktor(s)).mean()}
milik.k.zero_grad()
rugi['k'].backward()
milik.k.step()
milik.a.zero_grad()
rugi['a'].backward()
milik.a.step()
"""),
    "a loop that has ended": ("o.step()", """
def belajar(semua):
    rugi_k, rugi_a = hitung()
    opt_k.zero_grad()
    rugi_k.backward()
    for o in semua.values():
        o.step()
    o = None
    opt_a.zero_grad()
    rugi_a.backward()
belajar({'k': opt_k})
"""),
    "a step in a branch, by one of a dict": ("optimizer['kritik'].step()", """
optimizer = {'kritik': opt_k, 'aktor': opt_a}
del opt_k, opt_a
putaran = 0
h = nilai(u)
rugi_k = (h - 1).pow(2).mean()
q = nilai(aktor(s))
rugi_a = -q.mean()
if putaran % 2 == 0:
    optimizer['kritik'].zero_grad()
    rugi_k.backward()
    optimizer['kritik'].step()
optimizer['aktor'].zero_grad()
rugi_a.backward()
optimizer['aktor'].step()
"""),
}  # fmt: skip
BUGS |= {name: Bug("langkah-optimizer", line, ACTOR_CRITIC + source.removeprefix("\n"), RIGHT)
         for name, (line, source) in STEPS.items()}  # fmt: skip


UNUSED = {
    "columns copied before the net gets the whole": ("u = jaring(titik)", """
def koordinat(titik):
    return titik[:, :1].clone().requires_grad_(), titik[:, 1:].clone().requires_grad_()
def turunan(keluaran, terhadap):
    return torch.autograd.grad(keluaran.sum(), terhadap, create_graph=True)[0]
def sisa(titik):
    x, t = koordinat(titik)
    u = jaring(titik)
    return turunan(u, t) - turunan(turunan(u, x), x)
hasil = sisa(titik)
""", "hasil.requires_grad and hasil.shape == (4, 1)"),
    "views of a leaf": ("u = jaring(titik)", """
titik.requires_grad_()
x, t = titik[:, 0], titik[:, 1]
u = jaring(titik)
hasil, = torch.autograd.grad(u.sum(), t)
""", "hasil.shape == (4,)"),
    "columns cut only after the net": ("u = jaring(titik)", """
def turunan(keluaran, terhadap):
    return torch.autograd.grad(keluaran.sum(), terhadap, create_graph=True)[0]
def sisa(titik):
    u = jaring(titik)
    x, t = titik[:, 0:1], titik[:, 1:2]
    return turunan(u, t) - turunan(turunan(u, x), x)
hasil = sisa(titik.clone().requires_grad_(True))
""", "hasil.requires_grad and hasil.shape == (4, 1) and hasil.abs().sum() > 0"),
    "one of two columns": ("u = jaring(2 * titik - 1)", """
t = titik[:, 1:2].clone().requires_grad_()
u = jaring(2 * titik - 1)
hasil, = torch.autograd.grad(u.sum(), t)
""", "hasil.shape == (4, 1) and hasil.abs().sum() > 0"),
    "a copy of all": ("h = jaring[0](titik)", """
p = titik.clone().requires_grad_(True)
h = jaring[0](titik)
u = jaring[2](jaring[1](h))
hasil, = torch.autograd.grad(u.sum(), p)
""", "hasil.shape == (4, 2)"),
}  # fmt: skip
POINTS = """
import torch
from torch import nn
jaring = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
titik = torch.rand(4, 2)
"""
BUGS |= {name: Bug("di-luar-graf", line, POINTS + source.removeprefix("\n"), holds)
         for name, (line, source, holds) in UNUSED.items()}  # fmt: skip

STATES = {  # the writing of the state, the line that is named, and its new text
    "one of two is cut": ("self.s = (h.detach(), c)", "self.s = (h.detach(), c.detach())"),
    "the other is cut, in a list": ("self.s = [h, c.data]", "self.s = [h.detach(), c.data]"),
    "one of a pair of names": ("self.s = Pasang(h=h, c=c.detach())", "self.s = Pasang(h=h.detach(), c=c.detach())"),
    "none is cut": ("self.s = (h, c)", "model.s = tuple(bagian.detach() for bagian in model.s)"),
    "one pair for each layer": ("self.s = {0: (h, c)}", "model.s = {nama: tuple(isi.detach() for isi in bagian) "
                                "for nama, bagian in model.s.items()}"),
    "names without a cut": ("self.s = Pasang(h, c)", "model.s = model.s._replace(h=model.s.h.detach(), "
                            "c=model.s.c.detach())"),
    "an object": ("self.s = Ingatan(h, c)", "model.s.h = model.s.h.detach()"),
}  # fmt: skip
CARRIED = """
from collections import namedtuple
from dataclasses import dataclass
import torch
from torch import nn
Pasang = namedtuple("Pasang", "h c")
@dataclass
class Ingatan:
    h: object
    c: object
def isi(s):
    s = s[0] if type(s) is dict else s
    return (s.h, s.c) if hasattr(s, "h") else tuple(s)
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.sel, self.s = nn.LSTMCell(2, 3), (torch.zeros(1, 3), torch.zeros(1, 3))
    def forward(self, x):
        h, c = self.sel(x, isi(self.s))
        STATE
        return h
model = Model()
for i in range(3):
    awal = [one.clone() for one in isi(model.s)]
    loss = model(torch.ones(1, 2)).sum()
    loss.backward()
"""


@pytest.mark.parametrize("name", STATES)
def test_of_a_carried_state_the_part_with_a_graph_is_named_and_cut(name):
    written, mend = STATES[name]
    source = CARRIED.removeprefix("\n").replace("STATE", written)
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.ready) == ("keadaan-terbawa", "", True)
    assert mend in first.mend.splitlines() and written in [spot.text for spot in found.spots]
    half = "detach()" in written or ".data" in written
    part = {"(": "self.s[1]", "[": "self.s[0]", "P": "self.s.h"}[written[9]] if half else "self.s"
    assert first.say.startswith(f"`{part}` dibawa") and (" sudah tanpa graf; " in first.evidence) == half
    held = "assert not any(one.requires_grad for one in isi(model.s)) and awal[0].abs().sum() > 0\n"
    assert run(followed(source, first.mend) + held, "mended.py") is None, followed(source, first.mend)


BUFFERS = {  # what is kept, what forward gives back, and the mend
    "a running mean is a number": ("self.m = 0.9 * self.m + 0.1 * z.mean(0)", "z - self.m",
                                   "self.m = (0.9 * self.m + 0.1 * z.mean(0)).detach()"),
    "a state is the way of the gradient": ("self.m = 0.9 * self.m + 0.1 * torch.tanh(z)", "self.m * 2",
                                           "model.m = model.m.detach()"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUFFERS)
def test_a_buffer_that_only_remembers_is_cut_where_it_is_written_and_a_state_after_backward(name):
    kept, given, mend = BUFFERS[name]
    source = HEAD + f"""class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 3)
        self.register_buffer("m", torch.zeros(3))
    def forward(self, x):
        z = self.lin(x)
        {kept}
        return {given}
model = Model()
for i in range(3):
    model.zero_grad()
    loss = model(torch.ones(1, 2)).sum()
    loss.backward()
"""
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.ready) == ("keadaan-terbawa", "", True)
    assert first.mend.splitlines()[1:] == [mend]
    held = "assert model.lin.weight.grad.abs().sum() > 0 and not model.m.requires_grad\n"
    assert run(followed(source, first.mend) + held, "mended.py") is None, followed(source, first.mend)


FROZEN = {  # how the model is frozen, and the line below which its last layer is thawed
    "a helper that is called once": ("""
def bekukan(bagian):
    for p in bagian.parameters():
        p.requires_grad = False
def siapkan(model):
    model[2] = nn.Linear(3, 1)
    bekukan(model)
    return model
model = siapkan(model)
""", "bekukan(model)"),
    "a statement": ("model.requires_grad_(False)\n", "model.requires_grad_(False)"),
}  # fmt: skip


@pytest.mark.parametrize("name", FROZEN)
def test_a_frozen_model_is_thawed_below_the_line_that_froze_it(name):
    freezing, line = FROZEN[name]
    source = HEAD + "model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))\n" + freezing \
        + "model(torch.ones(4, 2)).mean().backward()\n"  # fmt: skip
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.ready) == ("beku", "", True)
    assert line in [spot.text for spot in found.spots]
    held = "assert model[0].weight.grad is None and model[2].weight.grad is not None\n"
    assert run(followed(source, first.mend) + held, "mended.py") is None, followed(source, first.mend)


GRADIENTS = {  # the lines of backward, the line that is named, and its new text
    "computed above the return": ("gw = x.t() @ g\nreturn g @ w, gw, g.sum(0)", "gw = x.t() @ g", "gw = g.t() @ x"),
    "computed in a branch": (
        "gw = None\nif ctx.needs_input_grad[1]:\n    gw = torch.mm(x.T, g)\nreturn g @ w, gw, g.sum(0)",
        "gw = torch.mm(x.T, g)", "gw = torch.mm(x.T, g).t()",
    ),
    "two at once": (
        "gx, gw = g @ w, x.T @ g\nreturn gx, gw, g.sum(0)", "gx, gw = g @ w, x.T @ g", "gx, gw = (g @ w, g.t() @ x)",
    ),
    "in the return": ("return g @ w, x.t() @ g, g.sum(0)", "return g @ w, x.t() @ g, g.sum(0)",
                      "return g @ w, g.t() @ x, g.sum(0)"),
    "read by another as well": (
        "gw = x.t() @ g\ngx = g @ w + 0 * gw.sum()\nreturn gx, gw, g.sum(0)", "return gx, gw, g.sum(0)",
        "return gx, gw.t(), g.sum(0)",
    ),
}  # fmt: skip
LINEAR = """
import torch
class Lurus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w.t() + b
    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
BACKWARD
torch.manual_seed(0)
x, w, b = torch.rand(4, 3), torch.rand(2, 3, requires_grad=True), torch.rand(2, requires_grad=True)
Lurus.apply(x, w, b).pow(2).sum().backward()
"""


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_line_of_backward_that_computed_the_turned_gradient_is_named_and_mended(name):
    lines, line, mend = GRADIENTS[name]
    source = LINEAR.removeprefix("\n").replace("BACKWARD", textwrap.indent(lines, " " * 8))
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.ready) == ("bentuk-masukan", "", True)
    assert line in [spot.text for spot in found.spots] and first.mend.splitlines()[1:] == [mend]
    right = "v = w.detach().requires_grad_()\n(x @ v.t() + b).pow(2).sum().backward()\n" \
            "assert torch.allclose(v.grad, w.grad)\n"  # fmt: skip
    assert run(followed(source, first.mend) + right, "mended.py") is None, followed(source, first.mend)


SLOW_COPY = """
import copy
import torch
from torch import nn
cepat = nn.Linear(2, 2)
opt = torch.optim.SGD(cepat.parameters(), lr=0.1)
x = torch.ones(3, 2)
"""
COPIES = {  # where the slow copy is made, and where it is written while its graph is still needed
    "a copy that follows inside its own forward": """
class Lambat(nn.Module):
    def __init__(self, asal):
        super().__init__()
        self.net, self.asal = copy.deepcopy(asal), [asal]
    @torch.no_grad()
    def ikuti(self):
        for p, q in zip(self.net.parameters(), self.asal[0].parameters()):
            p.mul_(0.9).add_(q, alpha=0.1)
    def forward(self, x):
        z = self.net(x).sigmoid() @ self.net.weight
        self.ikuti()
        return z
lambat = Lambat(cepat)
loss = (cepat(x) - lambat(x)).pow(2).mean()
loss.backward()
opt.step()
""",
    "a loop between forward and backward": """
lambat, lain = copy.deepcopy(cepat), 1
target = lambat(x).sigmoid() @ lambat.weight
loss = (cepat(x) - target).pow(2).mean()
with torch.no_grad():
    for p, q in zip(lambat.parameters(), cepat.parameters()):
        p.mul_(0.9).add_(q, alpha=0.1)
loss.backward()
opt.step()
""",
    "weights loaded into the copy of a trainer": """
class Pelatih:
    def __init__(self, model):
        self.model = model
        self.lambat = copy.deepcopy(model)
    def putaran(self, x):
        target = self.lambat(x).sigmoid() @ self.lambat.weight
        loss = (self.model(x) - target).pow(2).mean()
        self.lambat.load_state_dict(self.model.state_dict())
        loss.backward()
        opt.step()
pelatih = Pelatih(cepat)
pelatih.putaran(x)
lambat = pelatih.lambat
""",
}
WRITERS = {
    "a copy that follows inside its own forward": "p.mul_(0.9).add_(q, alpha=0.1)",
    "a loop between forward and backward": "p.mul_(0.9).add_(q, alpha=0.1)",
    "weights loaded into the copy of a trainer": "self.lambat.load_state_dict(self.model.state_dict())",
}
BUGS |= {name: Bug("langkah-manual", WRITERS[name], SLOW_COPY + source.removeprefix("\n"),
                   "cepat.weight.grad.abs().sum() > 0 and all(p.grad is None for p in lambat.parameters())")
         for name, source in COPIES.items()}  # fmt: skip


UNRECORDED = {  # the program, the line that is named, and what the cured program is not to record
    "another name for no_grad, on a method": ("""
from torch import no_grad as beku
class Kepala(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
    @staticmethod
    def lain(): pass
    @beku()
    def forward(self, x):
        return self.lin(x)
kepala = Kepala()
F.mse_loss(kepala(net(x)), y).backward()
""", "return self.lin(x)", ()),
    "a name that holds the mode": ("""
mati = torch.no_grad
def maju(x):
    with mati():
        return net(x)
F.mse_loss(maju(x), y).backward()
""", "return net(x)", ()),
    "a block with other lines before and after": ("""
for i in range(2):
    with torch.no_grad():
        sasaran = guru(x)
        h = net(x)
        p = torch.tanh(h)
        rugi_lama = F.mse_loss(p, sasaran)
        ukuran = guru(x + 1).norm()
    F.mse_loss(p, sasaran).backward()
assert net.weight.grad is not None
""", "h = net(x)", ("sasaran", "ukuran")),
    "a block with the loss in it": ("""
with torch.no_grad():
    p = net(x)
    sasaran = guru(x)
    rugi = F.mse_loss(p, sasaran)
rugi.backward()
""", "p = net(x)", ("sasaran",)),
    "a block that keeps another context": ("""
def latih():
    with torch.autocast("cpu", enabled=False), torch.no_grad():
        p = net(x)
    F.mse_loss(p, y).backward()
latih()
""", "p = net(x)", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", UNRECORDED)
def test_what_was_not_recorded_leaves_the_block_with_what_belongs_to_it(name):
    source, line, quiet = UNRECORDED[name]
    source = HEAD + "net, guru = nn.Linear(2, 2), nn.Linear(2, 2)\n" \
        "x, y = torch.ones(3, 2), torch.zeros(3, 2)\nopt = torch.optim.SGD(net.parameters(), lr=0.1)\n" \
        + source.removeprefix("\n")  # fmt: skip
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, first.ready) == ("tanpa-grad-mode", "", True)
    assert line in [spot.text for spot in found.spots]
    held = "".join(f"assert not {one}.requires_grad\n" for one in quiet) + "assert net.weight.grad is not None\n"
    assert run(followed(source, first.mend) + held, "mended.py") is None, followed(source, first.mend)


ALL_AT_ONCE = {  # programs that fail again at the next line if only the first is mended; what holds in the cured one
    "NumPy to the end of the function": ("""
def besar(x):
    spek = np.fft.rfft(x.numpy(), axis=-1)
    return torch.from_numpy(np.abs(spek)).float()
besar(p).mean().backward()
""", "torch.allclose(w.grad, mundur(torch.fft.rfft(w * x, dim=-1).abs().mean()))"),
    "NumPy on through the caller, with a number of Python and its own spread": ("""
def kasar(y):
    nilai = np.asarray(y.numpy()).ravel()
    beda = np.diff(nilai, n=2)
    return float(np.mean(beda ** 2)) * len(nilai) + nilai.std()
catatan = []
loss = kasar(p) * 2
catatan.append(loss.item() if hasattr(loss, "item") else loss)
loss.backward()
""", "type(catatan[0]) is float and torch.allclose(w.grad, mundur(2 * "
     "(6 * torch.diff((w * x).ravel(), n=2).pow(2).mean() + (w * x).std(correction=0))))"),
    "NumPy that only looks, three times": ("""
lapis = torch.nn.Linear(3, 1)
a = p.numpy()
b = lapis(x).squeeze().numpy()
c = np.mean(lapis.weight.numpy())
d = torch.sqrt(p)
""", "d.requires_grad and all(isinstance(one, (np.ndarray, np.floating)) for one in (a, b, c))"),
    "leaves one below the other": ("""
lapis = torch.nn.Linear(3, 1)
lapis.weight.fill_(0.5)
lapis.bias.zero_()
w -= 0.1
hasil = lapis(x)
""", "hasil.requires_grad and w.is_leaf and lapis.bias == 0"),
    "a loss for each row, read below": ("""
opt = torch.optim.SGD([w], lr=0.1)
for i in range(2):
    loss = torch.nn.functional.mse_loss(w * x, x, reduction="none") * 2
    opt.zero_grad()
    loss.backward(retain_graph=True)
    opt.step()
    print(f"{loss.item():.3f}")
""", "loss.dim() == 0"),
    "a result given to an optimizer by a call over two lines": ("""
def buat(n):
    return torch.rand(n, requires_grad=True) * 0.1
kode = buat(
    3)
opt = torch.optim.SGD([kode], lr=0.1)
""", "kode.is_leaf and kode.requires_grad"),
}  # fmt: skip
ALL_AT_ONCE |= {
    "two results written over": ("""
def maju(x):
    h = torch.sigmoid(w * x)
    h += 0.1
    g = torch.tanh(h)
    g *= 2
    return g
maju(x).sum().backward()
""", "torch.allclose(w.grad, mundur((2 * torch.tanh(torch.sigmoid(w * x) + 0.1)).sum()))"),
    "two leaves replaced without a record": ("""
b = torch.zeros(3, requires_grad=True)
for i in range(2):
    loss = (w * x + b).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w = w - 0.1 * w.grad
        b = b - 0.1 * b.grad
    w.grad.zero_()
    b.grad.zero_()
""", "w.requires_grad and b.requires_grad and not torch.equal(b, torch.zeros(3))"),
    "leaves of a dict replaced by a decorated helper": ("""
bobot = {"w": w, "b": torch.zeros(3, requires_grad=True)}
@torch.no_grad()
def geser(isi, laju):
    for nama in isi:
        isi[nama] = isi[nama] - laju * isi[nama].grad
def bersihkan(isi):
    for p in isi.values():
        p.grad.zero_()
for i in range(2):
    (bobot["w"] * x + bobot["b"]).pow(2).mean().backward()
    geser(bobot, 0.1)
    bersihkan(bobot)
""", "bobot['w'] is w and bobot['b'].requires_grad and w.grad.abs().sum() == 0"),
}
NUMBERS = """
import numpy as np
import torch
torch.manual_seed(0)
x, w = torch.rand(2, 3), torch.ones(3, requires_grad=True)
p = w * x
def mundur(rugi):
    return torch.autograd.grad(rugi, w)[0]
"""


@pytest.mark.parametrize("name", ALL_AT_ONCE)
def test_one_card_names_all_places_where_the_same_would_fail_next(name):
    source, holds = ALL_AT_ONCE[name]
    source = NUMBERS.removeprefix("\n") + source.removeprefix("\n")
    found = diagnose(run(source))
    assert (found.unread, found.causes[0].ready) == ("", True)
    mended = followed(source, found.causes[0].mend) + f"assert {holds}\n"
    assert run(mended, "mended.py") is None, mended


FAST_WEIGHTS = """
import copy
import torch
from torch import nn
from torch.func import functional_call
model = nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.ones(3, 2)
"""
COPIED = {  # the line that copies the parameters without their graph, and what is computed with the copies
    "a state dict as fast weights": ("bobot = dict(m.state_dict())", """
def sesuaikan(m, x):
    bobot = dict(m.state_dict())
    for _ in range(2):
        rugi = functional_call(m, bobot, (x,)).pow(2).mean()
        g = torch.autograd.grad(rugi, list(bobot.values()), create_graph=True)
        bobot = {nama: w - 0.1 * one for (nama, w), one in zip(bobot.items(), g)}
    return functional_call(m, bobot, (x,)).sum()
sesuaikan(model, x).backward()
"""),
    "a state dict in the call": ("loss = functional_call(model, model.state_dict(), (x,)).sum()", """
loss = functional_call(model, model.state_dict(), (x,)).sum()
loss.backward()
"""),
    "clones of its values in an attribute": ("self.bobot = [p.clone() for p in self.m.state_dict().values()]", """
class Cepat:
    def __init__(self, m):
        self.m = m
    def rugi(self, x):
        self.bobot = [p.clone() for p in self.m.state_dict().values()]
        y = x @ self.bobot[0].t() + self.bobot[1]
        g = torch.autograd.grad(y.pow(2).sum(), self.bobot, create_graph=True)
        return sum(one.pow(2).sum() for one in g)
Cepat(model).rugi(x).backward()
"""),
    "a deep copy of the state dict": ("bobot = copy.deepcopy(model.state_dict())", """
bobot = copy.deepcopy(model.state_dict())
loss = functional_call(model, bobot, (x,)).sum()
g = torch.autograd.grad(loss, [bobot[nama] for nama in bobot], create_graph=True)
functional_call(model, {nama: w - one for (nama, w), one in zip(bobot.items(), g)}, (x,)).sum().backward()
"""),
    "detached parameters": ("bobot = [p.detach().clone() for p in model.parameters()]", """
bobot = [p.detach().clone() for p in model.parameters()]
y = x @ bobot[0].t() + bobot[1]
g = torch.autograd.grad(y.pow(2).sum(), bobot, create_graph=True)
sum(one.pow(2).sum() for one in g).backward()
"""),
}
BUGS |= {name: Bug("salinan-parameter", line, FAST_WEIGHTS + source.removeprefix("\n"),
                   "model.weight.grad.abs().sum() > 0") for name, (line, source) in COPIED.items()}  # fmt: skip
UNMARKED = {  # where the output begins to be computed from what has no flag
    "a mixture in a gradient penalty": ("skor = model(campur).pow(2)", """
def penalti(asli, palsu):
    campur = 0.5 * asli + 0.5 * palsu.detach()
    skor = model(campur).pow(2)
    g, = torch.autograd.grad(skor.sum(), campur, create_graph=True)
    return (g.norm(dim=1) - 1).pow(2).mean()
penalti(x, model(x) * x).backward()
"""),
    "an argument of a method": ("u = model(titik).sigmoid()", """
class Pinn:
    def sisa(self, titik):
        u = model(titik).sigmoid()
        return torch.autograd.grad(u.sum(), titik, create_graph=True)[0].pow(2).mean()
Pinn().sisa(x).backward()
"""),
    "what a helper is given": ("u = model(x).sigmoid()", """
def turunan(u, t):
    return torch.autograd.grad(u.sum(), t, create_graph=True)[0]
u = model(x).sigmoid()
turunan(u, x).sum().backward()
"""),
    "the inputs of backward": ("loss = model(x).sum()", """
loss = model(x).sum()
loss.backward(inputs=[x, model.weight])
"""),
    "some parameters are frozen": ("g = torch.autograd.grad(model(x).sum(), list(model.parameters()))", """
model.bias.requires_grad_(False)
g = torch.autograd.grad(model(x).sum(), list(model.parameters()))
model.weight.grad = g[0]
"""),
}
BUGS |= {name: Bug("masukan-belum-ditandai", line, FAST_WEIGHTS + source.removeprefix("\n"),
                   "model.weight.grad.abs().sum() > 0") for name, (line, source) in UNMARKED.items()}  # fmt: skip


BUGS |= {
    "computed once in __init__, and read where nobody looks": Bug("luar-lingkaran", "self.sisa = torch.exp(-m)", """
import torch
from torch import nn
class Jadwal(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.mentah = nn.Parameter(torch.zeros(n))
        m = torch.cumsum(
            self.mentah.exp(), 0)
        self.sisa = torch.exp(-m)
    def rusak(self, x):
        return x * self.sisa[0]
jadwal = Jadwal(2)
opt = torch.optim.SGD(jadwal.parameters(), lr=0.1)
for i in range(2):
    loss = jadwal.rusak(torch.ones(3)).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
if i == 1:
    akhir = jadwal.sisa[-1].item()
""", "akhir == torch.exp(-jadwal.mentah.exp().sum()).item()"),
    "a clipper that unscales in every part": Bug("unscale-di-luar-if", "potong()", """
import torch
w = torch.nn.Parameter(torch.ones(2))
opt = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
norma = []
def potong():
    scaler.unscale_(opt)
    norma.append(torch.nn.utils.clip_grad_norm_([w], 1.0).item())
for bagian in range(2):
    scaler.scale((w ** 2).sum() / 2).backward()
    potong()
scaler.step(opt)
scaler.update()
""", "len(norma) == 1 and abs(norma[0] - 8 ** 0.5) < 1e-4"),
    "a helper that adds to what a watched layer gave": Bug("kait-modul-dan-inplace", "ciri += suara", """
import torch
from torch import nn
def tambah(ciri, suara):
    ciri += suara
    return ciri
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 2)
    def forward(self, x):
        return tambah(self.a(x), self.b(x))
def pasang(model):
    for bagian in model.children():
        bagian.register_full_backward_hook(lambda modul, masuk, keluar: tercatat.append(keluar[0]))
tercatat = []
model = Model()
pasang(model)
model(torch.ones(3, 2)).sum().backward()
""", "len(tercatat) == 2 and model.b.weight.grad.abs().sum() > 0"),
    "a part of what a watched layer gave": Bug("kait-modul-dan-inplace", "h[:, 0] = 0.0", """
import torch
from torch import nn
lapisan = nn.Linear(2, 2)
lapisan.register_full_backward_hook(lambda modul, masuk, keluar: None)
h = lapisan(torch.ones(3, 2, requires_grad=True))
h[:, 0] = 0.0
h.sum().backward()
""", "lapisan.weight.grad[0].abs().sum() == 0 and lapisan.weight.grad[1].abs().sum() > 0"),
    "a function of one's own that gives back its input": Bug("kembalikan-salinan", "y.mul_(2)", """
import torch
class Lewat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x
    @staticmethod
    def backward(ctx, g):
        return -g
w = torch.ones(2, requires_grad=True)
y = Lewat.apply(w * 3)
y.mul_(2)
y.sum().backward()
""", "torch.equal(w.grad, torch.full((2,), -6.0))"),
    "a backward that is marked needlessly": Bug("tanda-sekali", "loss.backward()", """
import torch
from torch.autograd.function import once_differentiable
class Kuadrat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 2
    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * g * x
x = torch.tensor(3.0, requires_grad=True)
g, = torch.autograd.grad(Kuadrat.apply(x) ** 2, x, create_graph=True)
loss = g * 1
loss.backward()
""", "x.grad == 108"),
    "a list of a class written inside vmap": Bug("susun-stack", "self.isi[i] = nilai", """
import torch
class Catatan:
    def __init__(self, n):
        self.isi = torch.zeros(n)
    def taruh(self, i, nilai):
        self.isi[i] = nilai
def rugi(w, x):
    catatan = Catatan(2)
    for i in range(2):
        catatan.taruh(i, w * x ** i)
    return catatan.isi.sum()
g = torch.func.vmap(torch.func.grad(rugi), in_dims=(None, 0))(torch.tensor(2.0), torch.tensor([1.0, 3.0]))
""", "torch.equal(g, torch.tensor([2.0, 4.0]))"),
    "a model that keeps what it computed": Bug("modul-menyimpan-hasil", "self.jejak.append(self.peta * 2)", """
import copy
import torch
from torch import nn
class Lapis(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
        self.jejak = []
        self.peta = None
    def forward(self, x):
        self.peta = x @ self.lin.weight
        self.jejak.append(self.peta * 2)
        return self.lin(self.peta)
model = nn.Sequential(Lapis())
model(torch.ones(3, 2))
terbaik = copy.deepcopy(model)
model[0].peta.sum().backward()
""", "terbaik(torch.ones(1, 2)) is not None and len(terbaik[0].jejak) == 1 and model[0].lin.weight.grad is not None"),
    "results in a dict": Bug("menyalin-hasil", "salinan = copy.deepcopy(hasil)", """
import copy
import torch
w = torch.ones(2, requires_grad=True)
hasil = {"y": w * 2}
salinan = copy.deepcopy(hasil)
hasil["y"].sum().backward()
""", "salinan['y'].is_leaf and w.grad is not None"),
    "tensors that other functions marked and then computed, in groups": Bug(
        "kali-sesudah-tanda", "return a.double() * 0.1, b", """
import torch
import torch.nn.functional as F
class Kode:
    def __init__(self, n):
        self.isi = F.normalize(torch.randn(n, 2, requires_grad=True), dim=1)
def awal(n):
    a = torch.randn(n)
    a.requires_grad_()
    b = torch.randn(n, requires_grad=True).reshape(n, 1)
    return a.double() * 0.1, b
def buat(params):
    return torch.optim.SGD(params, lr=0.1)
k, semua = Kode(3), []
a, b = awal(3)
params = {"a": [a, b], "c": torch.ones(1, requires_grad=True)}
for i in range(2):
    semua.append(torch.zeros(2, requires_grad=True) + i)
dua = [torch.ones(1, requires_grad=True).to(torch.float64), torch.ones(1, requires_grad=True).clone()]
opt = buat([{"params": params["a"]}, {"params": [k.isi], "lr": 0.3}, {"params": semua}, {"params": dua}])
mula = [one.detach().clone() for one in (a, b, k.isi, *semua, *dua)]
sum((one ** 2).sum() for one in (a, b, k.isi, *semua, *dua)).backward()
opt.step()
""", "mula[3].tolist() == [0, 0] and mula[4].tolist() == [1, 1] and a.abs().max() < 0.3 and "
     "all(torch.allclose(one.detach(), old * (0.4 if one is k.isi else 0.8)) "
     "for one, old in zip((a, b, k.isi, *semua, *dua), mula))"),
    "a function that also the loss uses keeps its graph": Bug(
        "kali-sesudah-tanda", "w = kecil(torch.ones(2, requires_grad=True))", """
import torch
def kecil(x):
    return x * 0.1
w = kecil(torch.ones(2, requires_grad=True))
opt = torch.optim.SGD([w], lr=1.0)
kecil(w).sum().backward()
opt.step()
""", "torch.allclose(w.detach(), torch.zeros(2), atol=1e-6)"),
    "the empty gradient of what another function computed": Bug(
        "tanda-sebelum-hitung", "return w.view(3, 1) * 0.1", """
import torch
def awal(n):
    w = torch.ones(n, requires_grad=True)
    return w.view(3, 1) * 0.1
def langkah(w, laju):
    (w ** 2).sum().backward()
    with torch.no_grad():
        w -= laju * w.grad
w = awal(3)
langkah(w, 0.5)
""", "w.grad.flatten().tolist() == [w.new_tensor(0.2).item()] * 3 and w.abs().max() == 0"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def recording_stays_on():
    """Some of the programs switch it off, and their errors are read before it is on again."""
    yield
    torch.set_grad_enabled(True)


@pytest.mark.parametrize("name", BUGS)
def test_the_mend_followed_to_the_letter_cures(name):
    bug = BUGS[name]
    source = bug.source.removeprefix("\n")
    torch.manual_seed(0)
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, found.unread, bool(first.evidence), first.ready) == (bug.cause, "", True, True)
    assert bug.line in [spot.text for spot in found.spots]
    torch.manual_seed(0)
    mended = followed(source, first.mend) + f"assert {bug.holds}\n"
    assert run(mended, "mended.py") is None, mended


INFERENCE = {  # the line that made it, the tensor, the program
    "a weight kept by a trainer": ("@torch.inference_mode()", "self.bobot", HEAD + """
@torch.inference_mode()
def nilai(model, x):
    \"\"\"Bobot baru.\"\"\"
    galat = model(x).abs().mean(0)
    return galat.sum().item(), galat
class Pelatih:
    def __init__(self, model):
        self.model, self.bobot = model, torch.ones(2)
    def putaran(self, x, y):
        keluaran = self.model(x)
        loss = F.cross_entropy(keluaran, y, weight=self.bobot)
        loss.backward()
pelatih = Pelatih(nn.Linear(3, 2))
for _ in range(2):
    pelatih.putaran(torch.ones(4, 3), torch.tensor([0, 1, 0, 1]))
    _, bobot = nilai(pelatih.model, torch.ones(4, 3))
    pelatih.bobot = bobot
"""),
    "a buffer registered in a block": ("with torch.inference_mode():", "self.rerata", HEAD + """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
        with torch.inference_mode():
            self.register_buffer("rerata", torch.ones(2))
    def forward(self, x):
        return self.lin(x) * self.rerata
model = Model()
model(torch.ones(3, 2)).sum().backward()
"""),
    "a data set made in a function": ("@torch.inference_mode()", "xb", HEAD + """
from torch.utils.data import DataLoader, TensorDataset
@torch.inference_mode()
def data(n):
    return torch.ones(n, 2), torch.zeros(n, 1)
x, y = data(4)
model = nn.Linear(2, 1)
for i in range(0, 4, 2):
    xb = x[i:i + 2]
    loss = (model(xb) - y[i:i + 2]).pow(2).mean()
    loss.backward()
"""),
    "what a frozen model gives": ("with torch.inference_mode():", "x", HEAD + """
with torch.inference_mode(True): pass
class Dasar(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
    def forward(self, x):
        with torch.inference_mode():
            return self.lin(x)
class Kepala(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 1)
    def forward(self, x):
        return self.lin(x)
dasar, kepala = Dasar(), Kepala()
fitur = dasar(torch.ones(3, 2))
loss = kepala(fitur).sum()
loss.backward()
"""),
    "a dict in an attribute": ("with torch.inference_mode():", "simpan.isi['a']", HEAD + """
with torch.inference_mode():
    a = torch.ones(2)
with torch.inference_mode():
    b = torch.ones(2)
class Simpan: pass
simpan = Simpan()
simpan.isi = {"a": a}
w = torch.ones(2, requires_grad=True)
loss = (w * simpan.isi["a"]).sum()
loss.backward()
"""),
    "a mode that is asked for, around a decorated function": (
        "with torch.inference_mode(mode=i < 5):", "g2", HEAD + """
@torch.inference_mode()
def dalam():
    return torch.ones(2)
w = torch.ones(2, requires_grad=True)
for i in range(2):
    with torch.inference_mode(mode=i < 5):
        g = dalam()
    g2 = g.view(
        2)
    (w * g2).sum().backward()
"""),
    "torch itself is not imported": ("@inference_mode", "x", """
from torch import inference_mode, ones, nn
class Data:
    @staticmethod
    @inference_mode
    def buat(n,
             m):
        return ones(n, m)
def latih(x):
    model = nn.Linear(2, 1)
    return model(x).sum().backward()
x = Data.buat(3, 2)
latih(x)
"""),
    "another name for the mode, on a method": ("@tanpa()", "z", HEAD + """
from torch import inference_mode as tanpa
class Dasar(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
    @tanpa()
    def ambil(self, x):
        return self.lin(x)
dasar, kepala = Dasar(), nn.Linear(2, 1)
z = dasar.ambil(torch.ones(3, 2))
kepala(z).sum().backward()
"""),
    "a result without a name": ("@torch.inference_mode()", "", HEAD + """
class Dasar(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
    @torch.inference_mode()
    def forward(self, x): return self.lin(x)
dasar, kepala = Dasar(), nn.Linear(2, 1)
@torch.inference_mode()
def lain(): return torch.ones(1)
loss = kepala(dasar(torch.ones(3, 2))).sum()
loss.backward()
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", INFERENCE)
def test_the_tensor_made_for_inference_is_named_with_the_line_that_made_it_and_both_mends_cure(name):
    line, tensor, source = INFERENCE[name]
    error = run(source)
    assert "Inference tensors cannot be saved" in str(error)
    found = diagnose(error)
    told = [one for one in found.causes if one.evidence]
    assert (told[0].id, found.unread, told[0].ready) == ("cukup-no-grad", "", True)
    assert line in [spot.text for spot in found.spots]
    assert "is_inference()" in told[0].evidence and (f"Di baris itu `{tensor}`" in told[0].evidence) == bool(tensor)
    assert [one.id for one in told[1:]] == (["dibawa-keluar"] if tensor else [])
    for one in told:
        assert run(followed(source, one.mend), "mended.py") is None, followed(source, one.mend)


def test_a_tensor_made_for_inference_out_of_sight_is_not_guessed():
    error = run(HEAD + """
w = torch.ones(2, requires_grad=True)
logits = w * 2
loss = logits * rahasia()
loss.backward()
""", rahasia=_secret)
    assert "Inference tensors cannot be saved" in str(error)
    found = diagnose(error)
    text = " ".join(one.say + one.evidence + one.mend for one in found.causes)
    assert "`logits` dibuat" not in text and "logits =" not in text and "Tidak satu pun" in text
    assert not any(one.proven for one in found.causes)


_secret = torch.inference_mode()(lambda: torch.ones(2))


def test_copies_that_no_statement_of_the_loss_reads_are_not_called_its_inputs():
    source = """
import copy
import torch
from torch import nn
class Penjaga:
    def __init__(self, model):
        self.isi = copy.deepcopy(model.state_dict())
penjaga = Penjaga(nn.Linear(2, 1))
cadangan = torch.ones(1)
loss = torch.tensor([1.0, 2.0]).sum()
loss.backward()
"""
    causes = diagnose(run(source)).causes
    text = " ".join(one.evidence + one.mend for one in causes)
    assert "penjaga.isi" not in text and "cadangan" not in text
    assert not any(one.evidence for one in causes)


NOT_RUN = {  # a writer of the same shape that has not run, or writes another memory
    "called below, in the first turn": """
for i in range(3):
    rugi, q = hitung()
    opt.zero_grad()
    rugi.backward()
    opt.step()
    q.backward()
    perbarui(beku, net)
""",
    "called below, by the name that it gives": """
while True:
    rugi, q = hitung()
    opt.zero_grad()
    rugi.backward()
    opt.step()
    q.backward()
    sesudah = perbarui(beku, net)
""",
    "called above, for another memory": """
for i in range(3):
    rugi, q = hitung()
    perbarui(beku, net)
    opt.zero_grad()
    rugi.backward()
    opt.step()
    q.backward()
""",
}


@pytest.mark.parametrize("name", NOT_RUN)
def test_the_writer_of_this_memory_is_the_only_one_told(name):
    source = """
import copy
import torch
from torch import nn
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
beku = copy.deepcopy(net)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
def perbarui(target, asal):
    with torch.no_grad():
        for pt, p in zip(target.parameters(), asal.parameters()):
            pt.mul_(0.9).add_(p, alpha=0.1)
def hitung():
    return net(torch.ones(4, 2)).mean(), net(torch.zeros(4, 2)).mean()
""" + NOT_RUN[name].removeprefix("\n")
    causes = diagnose(run(source)).causes
    assert [one.id for one in causes if one.evidence] == ["langkah-optimizer"]
    assert not any("pt" in one.say.split("`") or "pt.mul_" in one.say + one.evidence + one.mend for one in causes)


GUESSED = {  # a program without a proven cause, what may be told, and what may not
    "computed from data alone": ("di-luar-hitungan", "`x` (baris 3)", "item no_grad torch.tensor(", """
model = torch.nn.Linear(2, 1)
x = torch.randn(3, 2)
h = x * 2
loss = h.mean()
loss.backward()
"""),
    "a docstring that names what cuts": ("lupa-tanda", "`x` dibuat di baris 4", "item no_grad detach", """
def latih():
    'Loss dicetak dengan loss.item() di bawah no_grad(), sesudah detach().'
    x = torch.randn(3, 2)
    loss = (x * 2).mean()
    loss.backward()
latih()
"""),
    "a flag that is there already": ("item", "", "requires_grad_(True) no_grad", """
w = torch.ones(2, requires_grad=True)
loss = sum(rahasia(w, (w * 2).tolist()))
loss.backward()
"""),
    "the line that holds the copy": ("torch-tensor", "", "requires_grad_(True) no_grad .item()", """
w = torch.ones(2, requires_grad=True)
isi = [1.0, 2.0]
y = torch.tensor(isi)
loss = rahasia(w, y).sum()
loss.backward()
"""),
}


@pytest.mark.parametrize("name", GUESSED)
def test_what_the_program_disproves_is_not_told(name):
    cause, evidence, forbidden, source = GUESSED[name]
    found = diagnose(run("import torch" + source, rahasia=_without_graph))
    assert (found.entry.id, found.unread, found.causes[0].id) == ("tanpa-grad-fn", "", cause)
    assert evidence in found.causes[0].evidence
    text = explain_text(found)
    assert [word for word in forbidden.split() if word in text.partition("Sebab")[2]] == []
    assert EMPTY_MEND not in text and "Obat" not in text.split("Pelajaran")[0].splitlines()[-1]


EMPTY_MEND = "# hapus .item():"
_without_graph = eval("lambda w, y: y if torch.is_tensor(y) else torch.tensor(y)", {"torch": torch})


def test_a_leaf_that_has_a_name_is_asked_about_and_an_unseen_maker_is_no_other_programs():
    named = diagnose(run("import torch\nw = torch.ones(4, requires_grad=True)\nv = w.view(2, 2)\n"
                         "opt = torch.optim.SGD([v], lr=0.1)\n"))  # fmt: skip
    assert "Bila `w`, berikan itu" in named.causes[0].question
    unseen = diagnose(run("import torch\nw = torch.ones(4, requires_grad=True) * 1\nw *= 2\n"
                          "opt = torch.optim.SGD([w], lr=0.1)\n")).causes[0]  # fmt: skip
    assert "MulBackward0" in unseen.evidence and not unseen.ready
    assert unseen.mend.startswith("# baris baru, tepat di atas baris 4,")
    assert "\nw = w.detach().requires_grad_(True)" in unseen.mend


def explain_text(found):
    return Card(replace(found, drawing=None)).text


def test_a_backward_that_leaves_torch_keeps_its_mark():
    source = BUGS["a backward that is marked needlessly"].source
    for old, new in (("return 2 * g * x", "return g * float(2 * x.detach().numpy())"),
                     ("ctx.save_for_backward(x)", "ctx.save_for_backward(x.detach() * 1)")):  # fmt: skip
        first = diagnose(run(source.replace(old, new))).causes[0]
        assert first.id == "tanda-sekali" and "# hapus baris" not in first.mend


MADE_BEFORE = {  # a graph made once before the loop: the lines that are to be named, and the program
    "in the caller, with names that the function does not know": (19, "baris 7", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 1)
def siapkan(net, kata, adj):
    return torch.tanh(net.a(kata)), adj / adj.sum()
def latih(net, masukan):
    fitur, adj = masukan
    opt = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(3):
        opt.zero_grad()
        loss = net.b(adj @ fitur).square().mean()
        loss.backward()
        opt.step()
        semua.append(loss.item())
def utama():
    kata, adj, net = torch.ones(2, 2), torch.ones(2, 2), Net()
    masukan = siapkan(net, kata, adj)
    latih(net, masukan)
    return net
semua = []
torch.manual_seed(0)
hasil = utama()
"""),
    "in the caller, with names that the function calls otherwise": (16, "baris 3", """
def siapkan(net, kata):
    return torch.tanh(net(kata)), kata.numel()
def latih(model, masukan, x):
    h, n = masukan
    opt = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(3):
        opt.zero_grad()
        loss = (h.square() / n).sum()
        loss.backward()
        opt.step()
        semua.append(loss.item())
def utama():
    torch.manual_seed(0)
    net, kata = nn.Linear(2, 2), torch.ones(2, 2)
    masukan = siapkan(net, kata)
    latih(model=net, masukan=masukan, x=kata)
    return net
semua = []
hasil = utama()
"""),
    "in the same function, behind two other names": (3, "", """
hasil = torch.nn.Linear(2, 2)
paket = [torch.tanh(hasil(torch.ones(2, 2))), 3]
asal = paket[0]
h = asal
opt = torch.optim.SGD(hasil.parameters(), lr=0.5)
semua = []
for _ in range(3):
    opt.zero_grad()
    loss = h.square().mean()
    loss.backward()
    opt.step()
    semua.append(loss.item())
"""),
}


@pytest.mark.parametrize("name", MADE_BEFORE)
def test_what_was_made_before_the_loop_is_followed_to_its_maker_and_made_in_every_turn(name):
    line, inside, source = MADE_BEFORE[name]
    source = HEAD.replace("\n", "; ").rstrip("; ") + source
    found = diagnose(run(source))
    assert [one.id for one in found.causes] == ["luar-lingkaran"] and found.causes[0].ready
    assert next(one.where for one in found.spots if "forward" in one.role).endswith(f" baris {line}")
    assert inside in found.causes[0].evidence
    cured = followed(source, found.causes[0].mend)
    cured += "assert semua[0] > semua[1] > semua[2]\nassert all(p.grad is not None for p in hasil.parameters())\n"
    assert run(cured) is None


def test_where_the_maker_cannot_be_called_the_card_says_so_in_words_and_guesses_nothing_that_is_disproved():
    source = """import torch
w = torch.ones(2, requires_grad=True)
def latih(h):
    for _ in range(2):
        loss = (h * 2).sum()
        loss.backward()
def utama():
    u = w * 2
    latih(u.exp())
utama()
"""
    cause = diagnose(run(source)).causes[0]
    assert all(line.startswith("#") for line in cause.mend.splitlines()) and not cause.ready
    assert "`u.exp()`, argumen di baris 9" in cause.evidence and cause.mend.endswith("menerima: u")
    hidden = "import torch\nw = torch.ones(2, requires_grad=True)\nfor i in range(2):\n" \
             "    loss = rugi(w)\n    loss.backward()\n"
    spent = torch.ones(2, requires_grad=True).exp()
    unseen = diagnose(run(hidden, rugi=eval("lambda w: (w * h).sum()", {"h": spent}))).causes
    assert [(one.id, one.ready) for one in unseen] == [("graf-tersimpan", False)]
    assert "lewat `loss = rugi(w)` di baris 4" in unseen[0].evidence and unseen[0].mend.startswith("# carilah")


def test_what_saved_the_tensor_is_named_inside_the_call_that_ran_it():
    source = """import torch
w = torch.ones(2, 3, requires_grad=True)
def tutup(p):
    p *= 2
    return p
def rugi(x):
    p = torch.softmax(x, dim=1)
    p = tutup(p)
    return p.log().sum(), p
def utama():
    loss, p = rugi(w)
    loss.backward()
    p = torch.softmax(w, dim=1)
utama()
"""
    found = diagnose(run(source))
    assert [one.where for one in found.spots if one.role == "forward"] == ["program.py baris 7"]
    assert "baris 7" in found.causes[0].evidence and "baris 11" not in found.causes[0].evidence


MADE_IN_STEPS = {
    "two statements": "K = w.exp()\nL = K.square()\n",
    "a name that grows": "K = w.exp()\nK = K * K\nL = K + 1\nL = L.square()\n",
    "printed before the loop": "K = w.exp()\nprint(float(K.sum()))\nL = K.square()\n",
    "a tuple and a list": "a, b = w.exp(), w.sin()\nK = [a * a, b * b]\nL = torch.stack(K).square()\n",
    "beside what has no graph": "x = torch.ones(3)\nn = len(x)\nK = w.exp() * x\nL = (K / n).square()\n",
}


@pytest.mark.parametrize("name", MADE_IN_STEPS)
def test_all_that_was_computed_before_the_loop_moves_into_it_at_once(name):
    source = f"""import torch
w = torch.tensor([0.3, 0.6, 0.9], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.001)
{MADE_IN_STEPS[name]}semua = []
for _ in range(3):
    opt.zero_grad()
    loss = L.sum()
    loss.backward()
    opt.step()
    semua.append(loss.item())
"""
    cause = diagnose(run(source)).causes[0]
    assert cause.id == "luar-lingkaran" and "len(x)" not in cause.mend and "ones(3)" not in cause.mend
    assert run(followed(source, cause.mend) + "assert semua[0] > semua[1] > semua[2]\n") is None


def test_what_a_card_counts_is_there():
    """No operation where nothing was recorded, no leaf left out in silence, and no heading without its lines."""
    cut = """import torch
def double():
    w = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        return w * 2
y = double()
y.sum().backward()
"""
    told = str(explain(run(cut)))
    assert "Autograd tidak mencatat graf di sini." in told and "1 operasi" not in told
    late = """import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1))
X = torch.rand(5, 2, requires_grad=True)
u = net(X)
x = X[:, 0:1]
t = X[:, 1:2]
torch.autograd.grad(u, t, torch.ones_like(u))
"""
    [cause, *_] = diagnose(run(late)).causes
    assert ", dan 3 lainnya." in cause.evidence
    assert not any(line.startswith("# hapus") and line.endswith(":") for line in cause.mend.splitlines())
    assert run(followed(late, cause.mend) + "assert u.grad_fn is not None\n") is None


def test_a_piece_that_a_module_cut_is_replaced_in_one_place():
    source = """import torch
from torch import nn
to_qkv, x = nn.Linear(4, 6), torch.ones(3, 4)
q, k = to_qkv(x).chunk(2, dim=-1)
q *= 0.5
(q * k).sum().backward()
"""
    cause = diagnose(run(source)).causes[0]
    assert cause.mend == "# menggantikan baris 5:\nq = q * 0.5"


def test_a_block_in_one_line_is_one_line():
    source = "import torch\nw = torch.ones(2, requires_grad=True)\nwith torch.no_grad(): y = 2 * w\n"
    source += "y.sum().backward()\n"
    cause = diagnose(run(source)).causes[0]
    assert cause.mend == "# menggantikan baris 3:\ny = 2 * w" and run(followed(source, cause.mend)) is None
