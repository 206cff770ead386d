"""A graph that two passes use: the mend keeps what the program means, and is followed to the letter."""


import pytest

from tests.doctor_program import Program, check

PAIR = """
s, ret = torch.randn(5, 3), torch.randn(5)
def satu():
    torch.manual_seed(0)
    actor, critic = nn.Linear(3, 2), nn.Linear(3, 1)
    return actor, critic, torch.optim.SGD(actor.parameters(), 0.1), torch.optim.SGD(critic.parameters(), 0.1)
def logp(net):
    return torch.log_softmax(net(s), 1)[:, 0]
actor, critic, aopt, copt = satu()
"""
APART = """
kanan, nilai, *opts = satu()
for _ in range(2):
    beda = (ret - nilai(s).squeeze(-1)).detach()
    for opt, rugi in zip(opts, (-(logp(kanan) * beda).mean(), (ret - nilai(s).squeeze(-1)).pow(2).mean())):
        opt.zero_grad()
        rugi.backward()
    for opt in opts:
        opt.step()
assert all(a.allclose(b) for x, y in ((actor, kanan), (critic, nilai)) for a, b in zip(x.parameters(), y.parameters()))
"""
SECOND = {
    "the critic first, its error in the loss of the actor": Program(
        "batang-bersama", "actor_loss = -(logp(actor) * beda.detach()).mean()", PAIR + """
for _ in range(2):
    beda = ret - critic(s).squeeze(-1)
    critic_loss = beda.pow(2).mean()
    copt.zero_grad()
    critic_loss.backward()
    actor_loss = -(logp(actor) * beda).mean()
    aopt.zero_grad()
    actor_loss.backward()
    aopt.step()
    copt.step()
""", APART),
    "the actor first, through a name that is written twice": Program(
        "batang-bersama", "beda = ret - nilai.detach()", PAIR + """
for _ in range(2):
    nilai = critic(s).squeeze(-1)
    beda = ret - nilai
    beda = beda * 1.0
    aopt.zero_grad()
    (-(logp(actor) * beda).mean()).backward()
    aopt.step()
    copt.zero_grad()
    (ret - nilai).pow(2).mean().backward()
    copt.step()
""", APART),
    "one call for each of them": Program("batang-bersama", "aktor(logp(actor), beda.detach())", PAIR + """
def kritik(beda):
    copt.zero_grad()
    beda.pow(2).mean().backward()
    copt.step()
def aktor(logp, beda):
    aopt.zero_grad()
    (-logp * beda).mean().backward()
    aopt.step()
for _ in range(2):
    beda = ret - critic(s).squeeze(-1)
    kritik(beda)
    aktor(logp(actor), beda)
""", APART),
    "a generator's samples in two calls": Program("batang-bersama", "langkah_d(palsu.detach())", """
G, D = nn.Linear(2, 2), nn.Linear(2, 1)
og, od = torch.optim.SGD(G.parameters(), 0.1), torch.optim.SGD(D.parameters(), 0.1)
def langkah_d(palsu):
    od.zero_grad()
    D(palsu).mean().backward()
    od.step()
def langkah_g(palsu):
    og.zero_grad()
    (-D(palsu).mean()).backward()
    og.step()
palsu = G(torch.ones(4, 2))
langkah_d(palsu)
langkah_g(palsu)
""", "assert G.weight.grad.abs().sum() > 0"),
    "a closure about what was computed outside": Program("dua-kali", "tebakan = a * t", """
a = nn.Parameter(torch.tensor(0.5))
t = torch.arange(4.0)
def cocokkan(opt):
    tebakan = a * t
    loss = (tebakan - 2 * t).pow(2).mean()
    def ulang():
        opt.zero_grad()
        loss.backward()
        return loss
    opt.step(ulang)
    return loss
cocokkan(torch.optim.LBFGS([a]))
""", "assert abs(a.item() - 2) < 0.01"),
    "a closure that computes only its loss": Program("dua-kali", "# hapus baris 6, `tebakan = a * t`", """
a = nn.Parameter(torch.tensor(0.5))
t, opt = torch.arange(4.0), torch.optim.LBFGS([a])
tebakan = a * t
def ulang():
    opt.zero_grad()
    loss = (tebakan - 2 * t).pow(2).mean()
    loss.backward()
    return loss
opt.step(ulang)
""", "assert abs(a.item() - 2) < 0.01"),
    "the lists of an agent": Program("loss-dicatat", "agen.log_peluang.clear()", """
class Agen:
    def __init__(self):
        self.net = nn.Linear(3, 2)
        self.log_peluang, self.hadiah, self.skor = [], [], []
    def pilih(self, x):
        self.log_peluang.append(torch.log_softmax(self.net(x), 0)[0])
    def ingat(self, hadiah):
        self.hadiah.append(hadiah)
agen = Agen()
for episode in range(3):
    for langkah in range(4):
        agen.pilih(torch.ones(3))
        agen.ingat(float(langkah))
    loss = -sum(p * h for p, h in zip(agen.log_peluang, agen.hadiah))
    loss.backward()
    agen.skor.append(len(agen.hadiah))
""", "assert agen.skor == [4, 4, 4] and not agen.hadiah and not agen.log_peluang"),
    "lists beside the loop, and a record of all": Program("loss-dicatat", "log_peluang.clear()", """
net = nn.Linear(3, 2)
log_peluang, hadiah, riwayat = [], [], []
for episode in range(3):
    for langkah in range(2):
        log_peluang.append(torch.log_softmax(net(torch.ones(3)), 0)[0])
        hadiah.append(1.0)
        riwayat.append(episode)
    loss = -(torch.stack(log_peluang) * torch.tensor(hadiah)).sum()
    loss.backward()
    isi = sum(hadiah)
banyak = len(riwayat)
""", "assert banyak == 6 and isi == 2.0"),
    "two targets of an image that is trained, kept in __init__": Program(
        "luar-lingkaran", "    self.gaya = [f.mean() for f in self.net(b)]", """
class Gaya:
    def __init__(self, a, b):
        self.net = nn.Linear(3, 2)
        self.isi = self.net(a)
        self.gaya = [f.mean() for f in self.net(b)]
        self.gambar = a.clone().requires_grad_(True)
    def rugi(self):
        ciri = self.net(self.gambar)
        return (ciri - self.isi).pow(2).mean() + sum((f.mean() - g) ** 2 for f, g in zip(ciri, self.gaya))
gaya = Gaya(torch.ones(2, 3), torch.zeros(2, 3))
opt = torch.optim.SGD([gaya.gambar], lr=0.1)
for i in range(3):
    opt.zero_grad()
    rugi = gaya.rugi()
    rugi.backward()
    opt.step()
""", "assert not gaya.isi.requires_grad and gaya.gambar.grad.abs().sum() > 0"),
    "a target that a layer among others was given": Program("luar-lingkaran", "self.sasaran = sasaran.detach()", """
class Jarak(nn.Module):
    def __init__(self, sasaran):
        super().__init__()
        self.sasaran = sasaran
    def forward(self, x):
        self.rugi = (x - self.sasaran).pow(2).mean()
        return x
lapis, awal = nn.Linear(3, 2), torch.ones(1, 3)
model = nn.Sequential(lapis, Jarak(lapis(awal)))
gambar = torch.zeros(1, 3, requires_grad=True)
opt = torch.optim.SGD([gambar], lr=0.1)
for i in range(2):
    opt.zero_grad()
    model(gambar)
    rugi = model[1].rugi
    rugi.backward()
    opt.step()
""", "assert gambar.grad.abs().sum() > 0 and not model[1].sasaran.requires_grad"),
    "a target computed above the loop": Program("luar-lingkaran", "    sasaran = net(torch.ones(1, 3))", """
net = nn.Linear(3, 2)
sasaran = net(torch.ones(1, 3))
gambar = torch.zeros(1, 3, requires_grad=True)
opt = torch.optim.SGD([gambar], lr=0.1)
for i in range(2):
    rugi = (net(gambar) - sasaran).pow(2).mean()
    rugi.backward()
    opt.step()
""", "assert not sasaran.requires_grad"),
}  # fmt: skip


@pytest.mark.parametrize("name", SECOND)
def test_the_mend_keeps_what_each_pass_is_for(name):
    check(SECOND[name])
