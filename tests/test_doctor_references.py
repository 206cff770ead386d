"""An old result beside new work on the same parameters: it is a reference, and the line that reads it lets it go."""

from typing import NamedTuple

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import HEAD, followed


class Reference(NamedTuple):
    """What the card names, a line of the mend, the line that made it, and the program."""

    name: str
    mend: str
    forward: str
    source: str


NET = """
net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
awal = net.weight.detach().clone()
def nilai(s, a):
    return torch.log_softmax(net(s), -1).gather(-1, a)
def main():
    s, a, lama = [], [], []
    for _ in range(4):
        s.append(torch.randn(4))
        a.append(torch.randint(2, (1,)))
        lama.append(nilai(s[-1], a[-1]))
    return torch.stack(s), torch.stack(a), torch.stack(lama)
"""
ROLLOUT = "lama.append(nilai(s[-1], a[-1]))"
REFERENCES = {
    "a starred call with more results beside": Reference("lama", "loss = -(nilai(s, a) - lama.detach()).exp().mean()",
                                                         ROLLOUT, NET + """
def latih(opt, s, a, lama):
    for _ in range(3):
        loss = -(nilai(s, a) - lama).exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
def kumpul():
    s, a, lama = [], [], []
    for _ in range(4):
        s.append(torch.randn(4))
        a.append(torch.randint(2, (1,)))
        lama.append(nilai(s[-1], a[-1]))
    return torch.stack(s), torch.stack(a), torch.stack(lama), 1.0
*batch, skor = kumpul()
latih(opt, *batch)
"""),
    "one name for each of the results": Reference("lama", "loss = -(nilai(s, a) - lama.detach()).exp().mean()",
                                                  ROLLOUT, NET + """
def latih(s, a, lama):
    for _ in range(3):
        loss = -(nilai(s, a) - lama).exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
s, a, lama = main()
latih(s, lama=lama, a=a)
"""),
    "keywords out of a dictionary that is made in the call": Reference(
        "lama", "loss = -(nilai(s, a) - lama.detach()).exp().mean()", "", NET + """
def latih(*, s, a, lama):
    for _ in range(3):
        loss = -(nilai(s, a) - lama).exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(**dict(zip(("s", "a", "lama"), main())))
"""),
    "in one function, out of a list": Reference("lama", "loss = -(nilai(s, a) - lama.detach()).exp().mean()",
                                                "daftar.append(nilai(s, a))", NET + """
for putaran in range(2):
    s, a, daftar = torch.randn(3, 4), torch.zeros(3, 1, dtype=int), []
    for _ in range(2):
        daftar.append(nilai(s, a))
    lama = torch.stack(daftar).mean(0)
    for _ in range(3):
        loss = -(nilai(s, a) - lama).exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
"""),
    "read by a function that has ended": Reference("lama", "return -(nilai(s, a) - lama.detach()).exp().mean()", "",
                                                   NET + """
def rugi(batch):
    s, a, lama = batch
    return -(nilai(s, a) - lama).exp().mean()
def latih(batch):
    for _ in range(3):
        loss = rugi(batch)
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(main())
"""),
    "two of them, cut by an index that is drawn": Reference(
        "batch['lama']", "loss = ((nilai(batch['s'][i], batch['a'][i]) - batch['lama'].detach()[i]).exp() "
        "* untung.detach()[i]).mean()", "", NET + """
def latih(batch):
    untung = 1.0 - batch["lama"] * 2.0
    for _ in range(3):
        i = torch.randperm(4)[:2]
        loss = ((nilai(batch["s"][i], batch["a"][i]) - batch["lama"][i]).exp() * untung[i]).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(dict(zip(("s", "a", "lama"), main())))
"""),
    "rows of a buffer": Reference("lama", "loss = -(nilai(s, a) - lama.detach()).exp().mean()", "", NET + """
class Penyangga:
    def __init__(self):
        self.baris = []
    def tambah(self, *baris):
        self.baris.append(baris)
    def ambil(self):
        return [torch.stack(kolom) for kolom in zip(*self.baris)]
penyangga = Penyangga()
def isi():
    for _ in range(4):
        s, a = torch.randn(4), torch.randint(2, (1,))
        penyangga.tambah(s, a, nilai(s, a))
isi()
def latih():
    for _ in range(3):
        s, a, lama = penyangga.ambil()
        loss = -(nilai(s, a) - lama).exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
latih()
"""),
    "a bank of features": Reference("torch.cat(bank.ciri)", "negatif = torch.cat(bank.ciri).detach()", "", NET + """
class Bank:
    def __init__(self):
        self.ciri = []
    def simpan(self, z):
        self.ciri = [*self.ciri, z][-2:]
bank = Bank()
def langkah(x):
    z = torch.tanh(net(x))
    loss = z.pow(2).mean()
    if bank.ciri:
        negatif = torch.cat(bank.ciri)
        loss = loss + (z @ negatif.t()).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    bank.simpan(z)
for _ in range(4):
    langkah(torch.randn(3, 4))
"""),
    "the last result of an object": Reference(
        "self.lalu", "loss = loss + 0.1 * (y - self.lalu.detach()).pow(2).mean()", "", NET + """
class Pelatih:
    lalu = None
    def langkah(self, x):
        y = torch.tanh(net(x))
        loss = y.mean()
        if self.lalu is not None:
            loss = loss + 0.1 * (y - self.lalu).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        self.lalu = y
pelatih = Pelatih()
for _ in range(3):
    pelatih.langkah(torch.ones(2, 4))
"""),
    "a teacher that nobody trains": Reference("sasaran[k]", "loss = (net(x) - torch.tanh(sasaran[k].detach()))"
                                              ".pow(2).mean()", "", NET + """
guru = nn.Linear(4, 2)
data = {k: torch.randn(3, 4) for k in "ab"}
def tanya():
    jawab = {}
    for k, x in data.items():
        jawab[k] = guru(x)
    return jawab
def latih(sasaran):
    for _ in range(2):
        for k, x in data.items():
            loss = (net(x) - torch.tanh(sasaran[k])).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
latih(tanya())
"""),
    "the own logits of before, in a divergence": Reference(
        "lama", "loss = torch.nn.functional.kl_div(net(s).log_softmax(1), lama.detach().softmax(1))", "", NET + """
def siap(s):
    return s, net(s)
def latih(s, lama):
    for _ in range(3):
        loss = torch.nn.functional.kl_div(net(s).log_softmax(1), lama.softmax(1))
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(*siap(torch.randn(3, 4)))
"""),
    "a loader of what was computed once": Reference("z", "loss = (net(z.detach()).sum(1) - y).pow(2).mean()", "",
                                                    NET + """
from torch.utils.data import DataLoader
tulang = nn.Sequential(nn.Linear(6, 4), nn.Tanh())
def siap():
    return [(tulang(torch.randn(6)), torch.randn(())) for _ in range(4)]
def latih(pemuat):
    for _ in range(2):
        for z, y in pemuat:
            loss = (net(z).sum(1) - y).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
latih(DataLoader(siap(), batch_size=2))
"""),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_is_let_go_where_it_is_read(name):
    bug = REFERENCES[name]
    source = HEAD + bug.source.removeprefix("\n")
    torch.manual_seed(0)
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, first.proven, first.ready, found.unread) == ("graf-tersimpan", True, True, "")
    assert f"`{bug.name}`" in first.say and bug.mend in first.mend.splitlines(), first.mend
    assert bug.forward in [spot.text for spot in found.spots if spot.role == "forward"] or not bug.forward, found.spots
    torch.manual_seed(0)
    mended = followed(source, first.mend) + "assert (net.weight != awal).any()\n"
    assert run(mended, "mended.py") is None, mended


ONLY_WAY = NET + """
kepala = nn.Linear(2, 1)
opt.add_param_group({"params": list(kepala.parameters())})
def ciri(xs):
    hasil = []
    for x in xs:
        hasil.append(torch.tanh(net(x)))
    return torch.stack(hasil), torch.ones(len(xs))
def latih(h, y):
    for _ in range(3):
        loss = (kepala(h).squeeze(-1) - y).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
batch = ciri(torch.randn(5, 4))
latih(*batch)
"""


def test_the_only_way_to_what_is_trained_is_never_let_go():
    found = diagnose(run(HEAD + ONLY_WAY.removeprefix("\n")))
    assert found.causes[0].id == "luar-lingkaran" and "detach" not in found.causes[0].mend
    assert "ciri(torch.randn(5, 4))" in found.causes[0].mend


TERMS = {  # let go, what is only added up would no longer act
    "a penalty that was computed in the call": ("hukuman", """
def besar():
    return sum(p.pow(2).sum() for p in net.parameters())
def latih(hukuman):
    for _ in range(3):
        loss = (net(torch.ones(2, 4)) - 1).pow(2).mean() + 0.1 * hukuman
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(besar())
"""),
    "a summand of old features": ("h", """
def siap():
    return torch.tanh(net(torch.ones(2, 4))), 1.0
def latih(h, y):
    for _ in range(3):
        loss = (net(torch.ones(2, 4)) - y).pow(2).mean() - h.exp().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
latih(*siap())
"""),
}


@pytest.mark.parametrize("name", TERMS)
def test_a_summand_of_its_own_is_no_reference(name):
    tensor, source = TERMS[name]
    found = diagnose(run(HEAD + NET.removeprefix("\n") + source.removeprefix("\n")))
    assert found.unread == "" and found.causes and all(f"{tensor}.detach" not in one.mend for one in found.causes)


def test_what_is_run_again_in_the_turn_is_no_reference():
    """A carried state beside it: only the state is old, and what the agent computes from it in the turn is new."""
    found = diagnose(run(HEAD + """
class Agen:
    def __init__(self):
        self.net = nn.GRUCell(2, 3)
    def maju(self, x, h):
        h = self.net(x, h)
        return h.sum(), h
agen, h = Agen(), torch.zeros(1, 3)
for _ in range(2):
    skor, h = agen.maju(torch.ones(1, 2), h)
    lain = agen.net(torch.ones(1, 2)).sum()
    loss = skor + lain
    loss.backward()
"""))
    assert found.causes[0].id == "keadaan-terbawa" and "skor.detach" not in found.causes[0].mend


def test_no_name_stands_for_what_has_none():
    kept = []

    def take(net):
        kept.extend([net(torch.ones(2, 3)).exp(), net(torch.ones(2, 3)).tanh()] if not kept else [])
        return kept[0].sum(), kept[1].exp().sum()

    source = HEAD + "net = nn.Linear(3, 2)\ndef latih():\n    for _ in range(2):\n        a, b = ambil(net)\n" \
        "        (a * 2 + b * b).backward()\nlatih()\n"
    found = diagnose(run(source, ambil=eval("lambda net: f(net)", {"f": take})))
    text = "".join(one.say + one.evidence for one in found.causes)
    assert "`loss`" not in text and found.unread == ""
