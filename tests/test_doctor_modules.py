"""What a module does by itself: it renorms its table, is not recorded, has layers that nobody asks, or is frozen."""


import pytest

from tests.doctor_program import Program, check

PROGRAMS = {
    "a table with max_norm, read whole before it is looked up": Program(
        "modul-inplace", "konteks = self.campur(self.kata.weight.clone())", """
class Gram(nn.Module):
    def __init__(self):
        super().__init__()
        self.kata, self.campur = nn.Embedding(4, 3, max_norm=0.5), nn.Linear(3, 3)
    def forward(self, i):
        konteks = self.campur(self.kata.weight)
        pusat = self.kata(i)
        return pusat @ konteks.t()
model = Gram()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for i in range(2):
    loss = F.cross_entropy(model(torch.tensor([0, 1])), torch.tensor([2, 3]))
    opt.zero_grad()
    loss.backward()
    opt.step()
""", "assert model.kata.weight[:2].norm(dim=1).max() < 0.7"),
    "weights behind a reentrant checkpoint": Program(
        "tanpa-grad-mode", "x = checkpoint(lapis, x, use_reentrant=False)", """
from torch.utils.checkpoint import checkpoint
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.lapis, self.akhir = nn.ModuleList([nn.Linear(2, 2)]), nn.Linear(2, 1)
    def forward(self, x):
        for lapis in self.lapis:
            x = checkpoint(lapis, x, use_reentrant=True)
        return self.akhir(x)
model = Model()
model.akhir.requires_grad_(False)
loss = model(torch.ones(3, 2)).pow(2).mean()
loss.backward()
""", "assert model.lapis[0].weight.grad.abs().sum() > 0 and model.akhir.weight.grad is None"),
    "parameters that the loss does not use, from a generator": Program(
        "di-luar-graf", "lereng = torch.autograd.grad(loss, net.parameters(), create_graph=True, "
        "materialize_grads=True)", """
class Jaring(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.pintas, self.b = nn.Linear(2, 3), nn.Linear(2, 3), nn.Linear(3, 1)
    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))
net = Jaring()
loss = net(torch.ones(4, 2)).pow(2).mean()
lereng = torch.autograd.grad(loss, net.parameters(), create_graph=True)
(loss + sum(g.pow(2).sum() for g in lereng)).backward()
""", "assert len(lereng) == 6 and lereng[2].abs().sum() == 0 and net.a.weight.grad.abs().sum() > 0"),
    "a hook on what frozen layers give": Program("dibuat-no-grad", "gambar.requires_grad_(True)", """
simpan = {}
def lihat(modul, masuk, keluar):
    keluar.register_hook(lambda g: simpan.update(g=g))
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
net[0].requires_grad_(False)
net[0].register_forward_hook(lihat)
gambar = torch.ones(1, 2)
skor = net(gambar).sum()
skor.backward()
""", "assert simpan['g'].shape == (1, 3) and net[0].weight.grad is None"),
    "a hook under no_grad": Program("dibuat-no-grad", "hasil = net(torch.ones(1, 2))", """
net, lihat = nn.Linear(2, 1), []
with torch.no_grad():
    hasil = net(torch.ones(1, 2))
    hasil.register_hook(lihat.append)
hasil.sum().backward()
""", "assert len(lihat) == 1"),
    "a state read from the tensor that is written": Program(
        "tulis-langsung", "h[t + 1] = torch.tanh(self.u(h[t].clone()))", """
class Sel(nn.Module):
    def __init__(self):
        super().__init__()
        self.u = nn.Linear(2, 2)
    def forward(self, h):
        h = h.clone()
        for t in range(4):
            h[t + 1] = torch.tanh(self.u(h[t]))
        return h
sel = Sel()
loss = sel(torch.ones(5, 2)).sum()
loss.backward()
""", "assert sel.u.weight.grad.abs().sum() > 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_line_is_named_once_and_the_mend_followed_cures(name):
    check(PROGRAMS[name])
