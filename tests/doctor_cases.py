"""Programs with one bug each, what the doctor has to say about it, and what following its mend makes of the program."""

from __future__ import annotations

import io
import linecache
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import torch

FOLDER = Path(__file__).with_name("doctor_programs")


class Case(NamedTuple):
    """`line` is the statement of the forward operation, or the one that wrote or cut; `cure` replaces texts."""

    entry: str
    cause: str
    line: str
    source: str
    cure: tuple[tuple[str, str], ...]

    @property
    def cured(self) -> str:
        text = self.source
        for old, new in self.cure:
            assert old in text, old
            text = text.replace(old, new)
        return text


def newcomers() -> dict[str, Case]:
    """Whole programs, with what is expected in lines that begin with `#: `."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        head = "".join(line[3:] for line in text.splitlines(keepends=True) if line.startswith("#: "))
        told = tomllib.loads(head)
        cure = tuple((old, new) for old, new in told["cure"])
        body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#: "))
        found[path.stem] = Case(told["entry"], told["cause"], told["line"], body, cure)
    return found


def run(source: str, name: str = "program.py", **names: Any) -> BaseException | None:
    """The error of a program, None where it ends well."""
    torch.set_grad_enabled(True)  # a program before may have left it off
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        with redirect_stdout(io.StringIO()):
            exec(compile(source, name, "exec"), {"__name__": "__main__", **names})
    except Exception as error:
        return error
    return None


def case(entry: str, cause: str, line: str, source: str, *cure: tuple[str, str]) -> Case:
    return Case(entry, cause, line, f"import torch\nfrom torch import nn\n{source}", cure)


SECOND, CUT, WRITTEN, EMPTY = "backward-kedua", "tanpa-grad-fn", "diubah-in-place", "grad-kosong-dihitung"
SCALED = """
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
"""
CASES = {
    "state through a function": case(SECOND, "keadaan-terbawa", "h = step(h)", """
w = torch.ones(3, requires_grad=True)
def step(h):
    h = torch.tanh(h * w)
    h.sum().backward()
    return h
h = torch.ones(3)
for t in range(3):
    h = step(h)
""", ("    h = step(h)\n", "    h = step(h)\n    h = h.detach()\n")),
    "state of a module": case(SECOND, "keadaan-terbawa", "self.h = self.rnn(x, self.h)", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRUCell(2, 3)
        self.h = torch.zeros(1, 3)
    def forward(self, x):
        self.h = self.rnn(x, self.h)
        return self.h.sum()
net = Net()
for i in range(2):
    loss = net(torch.ones(1, 2))
    loss.backward()
""", ("    loss.backward()\n", "    loss.backward()\n    net.h = net.h.detach()\n")),
    "computed in __init__": case(SECOND, "luar-lingkaran", "self.skala = self.w.exp()", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(3))
        self.skala = self.w.exp()
    def forward(self, x):
        return (x * self.skala).sum()
net = Net()
for i in range(2):
    loss = net(torch.ones(3))
    loss.backward()
""", ("        self.skala = self.w.exp()\n", ""), ("x * self.skala", "x * self.w.exp()")),
    "list of states": case(SECOND, "keadaan-terbawa", "keadaan = [torch.tanh(k * w) for k in keadaan]", """
w = torch.ones(2, requires_grad=True)
keadaan = [torch.zeros(2), torch.ones(2)]
for i in range(3):
    keadaan = [torch.tanh(k * w) for k in keadaan]
    sum(k.sum() for k in keadaan).backward()
""", ("    sum(k.sum() for k in keadaan).backward()\n", "    sum(k.sum() for k in keadaan).backward()\n"
        "    keadaan = [bagian.detach() for bagian in keadaan]\n")),
    "list of losses": case(SECOND, "loss-dicatat", "losses.append(loss)", """
w = torch.ones(3, requires_grad=True)
losses = []
for i in range(3):
    loss = (w ** 2).sum()
    losses.append(loss)
    total = sum(losses)
    total.backward()
""", ("losses.append(loss)", "losses.append(loss.item())"), ("    total.backward()", "    loss.backward()")),
    "added in place": case(SECOND, "loss-dicatat", "jumlah += loss", """
w = torch.ones(3, requires_grad=True)
jumlah = 0.0
for i in range(3):
    loss = (w.exp() * i).sum()
    jumlah += loss
    jumlah.backward()
""", ("    jumlah += loss\n", "    jumlah += loss.item()\n"), ("    jumlah.backward()", "    loss.backward()")),
    "rows of features": case(SECOND, "luar-lingkaran", "fitur = enc(data)", """
enc, head = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1)
data = torch.ones(5, 2)
fitur = enc(data)
for i in range(5):
    rugi = (head(fitur[i]) - 1).pow(2).sum()
    rugi.backward()
""", ("fitur = enc(data)\nfor i in range(5):\n", "for i in range(5):\n    fitur = enc(data)\n")),
    "loss outside a while": case(SECOND, "luar-lingkaran", "loss = (w ** 2).sum()", """
w = torch.ones(3, requires_grad=True)
loss = (w ** 2).sum()
n = 0
while n < 2:
    loss.backward()
    n += 1
""", ("loss = (w ** 2).sum()\nn = 0\nwhile n < 2:\n", "n = 0\nwhile n < 2:\n    loss = (w ** 2).sum()\n")),
    "in turn by two calls": case(SECOND, "batang-bersama", "fitur = w.exp()", """
w = torch.ones(3, requires_grad=True)
def perbarui(a):
    (a * 2).sum().backward()
for i in range(2):
    fitur = w.exp()
    perbarui(fitur)
    perbarui(fitur)
""", ("    perbarui(fitur)\n    perbarui(fitur)\n",
        "    perbarui(fitur)\n    fitur = w.exp()\n    perbarui(fitur)\n")),
    "twice by autograd.grad": case(SECOND, "dua-kali", "loss = x.exp().sum()", """
x = torch.ones(2, requires_grad=True)
loss = x.exp().sum()
torch.autograd.grad(loss, x)
torch.autograd.grad(loss, x)
""", ("torch.autograd.grad(loss, x)\ntorch", "torch.autograd.grad(loss, x, retain_graph=True)\ntorch")),
    "argmax in a forward": case(CUT, "argmax", "return h.argmax(dim=1)", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
    def forward(self, x):
        h = torch.relu(self.fc(x))
        return h.argmax(dim=1)
net, x, y = Net(), torch.ones(8, 4), torch.ones(8)
out = net(x)
loss = ((out.float() - y) ** 2).mean()
loss.backward()
""", ("        return h.argmax(dim=1)", "        return h"), ("((out.float() - y) ** 2).mean()",
        "nn.functional.cross_entropy(out, y.long())")),
    "second of torch.max": case(CUT, "argmax", "pred = torch.max(net(x), 1)[1]", """
net, x, y = nn.Linear(4, 3), torch.ones(8, 4), torch.arange(8) % 3
pred = torch.max(net(x), 1)[1]
loss = 1 - (pred == y).float().mean()
loss.backward()
""", ("loss = 1 - (pred == y).float().mean()", "loss = nn.functional.cross_entropy(net(x), y)")),
    "compared with a threshold": case(CUT, "argmax", "salah = (p > 0.5) != t", """
model, X, t = nn.Linear(2, 1), torch.ones(4, 2), torch.tensor([True, False, True, False])
p = torch.sigmoid(model(X)).squeeze()
salah = (p > 0.5) != t
loss = salah.float().mean()
loss.backward()
""", ("loss = salah.float().mean()", "loss = torch.nn.functional.binary_cross_entropy(p, t.float())")),
    "item in a function": case(CUT, "item", "return rugi.item()", """
model, X, y = nn.Linear(2, 1), torch.ones(3, 2), torch.zeros(3, 1)
def hitung(model, X, y):
    rugi = nn.functional.mse_loss(model(X), y)
    return rugi.item()
total = 0
for i in range(3):
    total += hitung(model, X, y)
loss = torch.tensor(total / 3)
loss.backward()
""", ("return rugi.item()", "return rugi"), ("torch.tensor(total / 3)", "total / 3")),
    "numbers collected": case(CUT, "item", "losses.append(r.item())", """
m, losses = nn.Linear(2, 1), []
for i in range(3):
    r = m(torch.ones(1, 2)).pow(2).mean()
    losses.append(r.item())
loss = torch.tensor(losses).mean()
loss.backward()
""", ("losses.append(r.item())", "losses.append(r)"), ("torch.tensor(losses)", "torch.stack(losses)")),
    "both weights by hand": case(CUT, "lupa-tanda", "w = torch.zeros(2)", """
X, y = torch.ones(10, 2), torch.ones(10)
w = torch.zeros(2)
b = torch.zeros(1)
def predict(X):
    return X @ w + b
def mse(p, y):
    return ((p - y) ** 2).mean()
loss = mse(predict(X), y)
loss.backward()
with torch.no_grad():
    w -= 0.1 * w.grad
    b -= 0.1 * b.grad
""", ("torch.zeros(2)", "torch.zeros(2, requires_grad=True)"),
        ("torch.zeros(1)", "torch.zeros(1, requires_grad=True)")),
    "no_grad above a function": case(CUT, "tanpa-grad-mode", "return m(x).pow(2).mean()", """
model = nn.Linear(2, 1)
@torch.no_grad()
def nilai(m, x):
    m.eval()
    return m(x).pow(2).mean()
loss = nilai(model, torch.ones(3, 2))
loss.backward()
""", ("@torch.no_grad()\n", "")),
    "inference_mode": case(CUT, "tanpa-grad-mode", "fitur = badan(torch.ones(3, 2))", """
badan = nn.Linear(2, 2)
with torch.inference_mode():
    fitur = badan(torch.ones(3, 2))
loss = fitur.sum()
loss.backward()
""", ("with torch.inference_mode():\n    fitur", "fitur")),
    "data": case(CUT, "detach", "w2 = w.data * 2", """
w = torch.ones(3, requires_grad=True)
w2 = w.data * 2
out = (w2 * torch.ones(3)).sum()
out.backward()
""", ("w2 = w.data * 2", "w2 = w * 2")),
    "penalty on .grad": case(CUT, "tanpa-create-graph", "pen = (x.grad ** 2).sum()", """
x = torch.ones(3, requires_grad=True)
y = (x ** 3).sum()
y.backward()
pen = (x.grad ** 2).sum()
pen.backward()
""", ("y.backward()", "gradien, = torch.autograd.grad(y, x, create_graph=True)"), ("x.grad", "gradien")),
    "a row at a time": case(WRITTEN, "tulis-langsung", "h[t+1] = torch.tanh(h[t] @ W + x[t])", """
W, x = torch.ones(3, 3, requires_grad=True), torch.ones(5, 3)
h = torch.zeros(6, 3)
for t in range(5):
    h[t+1] = torch.tanh(h[t] @ W + x[t])
loss = h.sum()
loss.backward()
""", ("for t", "bagian = [h[0]]\nfor t"), ("    h[t+1] = torch.tanh(h[t] @ W + x[t])\n",
        "    bagian.append(torch.tanh(bagian[-1] @ W + x[t]))\nh = torch.stack(bagian)\n")),
    "a row from itself": case(WRITTEN, "tulis-langsung", "sim = feats @ self.pusat.t()", """
class Pusat(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("pusat", torch.ones(3, 2))
    def forward(self, feats, kelas):
        sim = feats @ self.pusat.t()
        for c in kelas.unique():
            self.pusat[c] = 0.9 * self.pusat[c] + 0.1 * feats[kelas == c].detach().mean(0)
        return nn.functional.cross_entropy(sim, kelas)
net, pusat = nn.Linear(4, 2), Pusat()
loss = pusat(net(torch.ones(6, 4)), torch.arange(6) % 3)
loss.backward()
""", ("feats @ self.pusat.t()", "feats @ self.pusat.clone().t()")),
    "a queue behind a method": case(WRITTEN, "tulis-langsung", "self.antrean[:, :2] = kunci.T", """
class Kontras(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(4, 3)
        self.register_buffer("antrean", torch.ones(3, 8))
    def masuk(self, kunci):
        self.antrean[:, :2] = kunci.T
    def forward(self, x):
        q = self.q(x)
        skor = torch.einsum("nc,ck->nk", q, self.antrean)
        self.masuk(q.detach())
        return skor
kontras = Kontras()
loss = kontras(torch.ones(2, 4)).pow(2).sum()
loss.backward()
""", ('torch.einsum("nc,ck->nk", q, self.antrean)', 'torch.einsum("nc,ck->nk", q, self.antrean.clone())')),
    "cells that share a state": case(WRITTEN, "tulis-langsung", "keadaan[i] = sel(masukan, keadaan[i])", """
sel_sel = nn.ModuleList(nn.RNNCell(3, 3) for _ in range(2))
keadaan = torch.zeros(2, 4, 3)
for x in torch.ones(3, 4, 3):
    masukan = x
    for i, sel in enumerate(sel_sel):
        keadaan[i] = sel(masukan, keadaan[i])
        masukan = keadaan[i]
loss = keadaan[-1].pow(2).sum()
loss.backward()
""", ("sel(masukan, keadaan[i])", "sel(masukan.clone(), keadaan[i].clone())"),
        ("masukan = keadaan[i]\n", "masukan = keadaan[i].clone()\n")),
    "a view is written": case(WRITTEN, "tulis-langsung", "baris += 1", """
w = torch.ones(4, 3, requires_grad=True)
h = torch.sigmoid(w)
baris = h[0]
baris += 1
h.sum().backward()
""", ("h = torch.sigmoid(w)", "h = torch.sigmoid(w).clone()")),
    "a column from two of its own": case(WRITTEN, "tulis-langsung",
        "y[:, i] = torch.sigmoid(y[:, i - 1] * w) * y[:, i - 1].cos()", """
w = torch.ones(1, requires_grad=True)
y = torch.ones(4, 7)
for i in range(1, 7):
    y[:, i] = torch.sigmoid(y[:, i - 1] * w) * y[:, i - 1].cos()
y.sum().backward()
""", ("torch.sigmoid(y[:, i - 1] * w) * y[:, i - 1].cos()",
        "torch.sigmoid(y[:, i - 1].clone() * w) * y[:, i - 1].clone().cos()")),
    "a function writes to what it was given": case(WRITTEN, "tulis-langsung", "h /= h.sum(1, keepdim=True)", """
def normalkan(h):
    h /= h.sum(1, keepdim=True)
lapis = nn.Linear(3, 3)
h = torch.exp(lapis(torch.ones(4, 3)))
normalkan(h)
loss = (h ** 2).sum()
loss.backward()
""", ("h = torch.exp(lapis(torch.ones(4, 3)))", "h = torch.exp(lapis(torch.ones(4, 3))).clone()")),
    "every derivative of a chain": case(CUT, "tanpa-create-graph", "du = torch.autograd.grad(u, x, satu)[0]", """
net = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
def sisa(x):
    u = net(x)
    satu = torch.ones_like(u)
    du = torch.autograd.grad(u, x, satu)[0]
    d2u = torch.autograd.grad(du, x, satu)[0]
    return d2u - x
x = torch.rand(5, 1, requires_grad=True)
loss = sisa(x).pow(2).mean()
loss.backward()
""", ("grad(u, x, satu)", "grad(u, x, satu, create_graph=True)"),
        ("grad(du, x, satu)", "grad(du, x, satu, create_graph=True)")),
    "derivatives in two directions": case(SECOND, "dua-kali", "u = net(torch.cat([t, x], 1))", """
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
t, x = torch.rand(5, 1, requires_grad=True), torch.rand(5, 1, requires_grad=True)
u = net(torch.cat([t, x], 1))
u_t = torch.autograd.grad(u.sum(), t)[0]
u_x = torch.autograd.grad(u.sum(), x)[0]
loss = (u_t - u_x).pow(2).mean()
loss.backward()
""", ("u.sum(), t)", "u.sum(), t, create_graph=True)"), ("u.sum(), x)", "u.sum(), x, create_graph=True)")),
    "a force from a function": case(CUT, "tanpa-create-graph", "gaya = -torch.autograd.grad(e, r)[0]", """
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
def medan(r):
    e = net(r).sum()
    gaya = -torch.autograd.grad(e, r)[0]
    return e, gaya
r = torch.rand(5, 2, requires_grad=True)
e, gaya = medan(r)
loss = (gaya - 1).pow(2).mean()
loss.backward()
""", ("grad(e, r)", "grad(e, r, create_graph=True)")),
    "the whole jacobian": case(CUT, "tanpa-create-graph",
        "J = torch.autograd.functional.jacobian(f, torch.ones(3, 2))", """
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
def f(x):
    return net(x).sum(0)
J = torch.autograd.functional.jacobian(f, torch.ones(3, 2))
loss = J.pow(2).mean()
loss.backward()
""", ("jacobian(f, torch.ones(3, 2))", "jacobian(f, torch.ones(3, 2), create_graph=True)")),
    "unscaled in a helper": case("unscale-dua-kali", "unscale-di-luar-if", "potong(net, opt)", SCALED + """
def potong(model, optimizer):
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
for i in range(4):
    scaler.scale(net(torch.ones(3, 4)).pow(2).mean()).backward()
    potong(net, opt)
    if i % 2 == 1:
        scaler.step(opt)
        scaler.update()
        opt.zero_grad()
""", ("    potong(net, opt)\n    if i % 2 == 1:\n", "    if i % 2 == 1:\n        potong(net, opt)\n")),
    "unscaled in an inner loop": case("unscale-dua-kali", "unscale-di-luar-if", "scaler.unscale_(opt)", SCALED + """
for i in range(2):
    opt.zero_grad()
    for x in torch.ones(2, 3, 4):
        scaler.scale(net(x).pow(2).mean()).backward()
        scaler.unscale_(opt)
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    scaler.step(opt)
    scaler.update()
""", ("        scaler.unscale_(opt)\n    nn", "    scaler.unscale_(opt)\n    nn")),
    "a turn that is skipped": case("unscale-dua-kali", "tanpa-update", "continue", SCALED + """
for i in range(3):
    opt.zero_grad()
    scaler.scale(net(torch.ones(3, 4)).pow(2).mean()).backward()
    scaler.unscale_(opt)
    norma = nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    if norma > 0:
        continue
    scaler.step(opt)
    scaler.update()
""", ("        continue", "        scaler.update()\n        continue")),
    "clipped after the step": case("unscale-sesudah-step", "urutan-unscale", "scaler.unscale_(opt)", SCALED + """
scaler.scale(net(torch.ones(3, 4)).pow(2).mean()).backward()
scaler.step(opt)
scaler.unscale_(opt)
nn.utils.clip_grad_norm_(net.parameters(), 1.0)
scaler.update()
""", ("scaler.step(opt)\nscaler.unscale_(opt)\nnn.utils.clip_grad_norm_(net.parameters(), 1.0)\n",
        "scaler.unscale_(opt)\nnn.utils.clip_grad_norm_(net.parameters(), 1.0)\nscaler.step(opt)\n")),
    "a branch for each example": case("vmap-if", "where", "if a < batas:", """
def huber(selisih, batas=1.0):
    a = selisih.abs()
    if a < batas:
        return 0.5 * selisih ** 2
    return batas * (a - 0.5 * batas)
torch.func.vmap(torch.func.grad(huber))(torch.linspace(-2, 2, 5))
""", ("    if a < batas:\n        return 0.5 * selisih ** 2\n    return batas * (a - 0.5 * batas)\n",
        "    return torch.where(a < batas, 0.5 * selisih ** 2, batas * (a - 0.5 * batas))\n")),
    "a logarithm in one branch": case("vmap-if", "where", "if x > 0:", """
def f(x):
    if x > 0:
        y = x.log()
    else:
        y = x - 1
    return y
hasil = torch.func.vmap(torch.func.grad(f))(torch.linspace(-2, 4, 7))
assert hasil.isfinite().all()
""", ("    if x > 0:\n        y = x.log()\n    else:\n        y = x - 1\n",
        "    y = torch.where(x > 0, torch.where(x > 0, x, torch.ones_like(x)).log(), x - 1)\n")),
    "losses copied into a new leaf": case("grad-kosong-dipanggil", "di-luar-loss",
        "semua = torch.tensor([satu, dua], requires_grad=True)", """
def norma(model):
    return sum(p.grad.norm().item() for p in model.parameters())
net = nn.Linear(3, 2)
satu, dua = net(torch.ones(2, 3)).pow(2).mean(), net(torch.zeros(2, 3)).abs().mean()
semua = torch.tensor([satu, dua], requires_grad=True)
loss = semua.sum()
loss.backward()
norma(net)
""", ("torch.tensor([satu, dua], requires_grad=True)", "torch.stack([satu, dua])")),
    "an inner step that is differentiated": case("daun-in-place", "bagian-hitungan", "cepat[nama] -= 0.1 * g", """
net = nn.Linear(2, 1)
cepat = dict(net.named_parameters())
loss = torch.func.functional_call(net, cepat, (torch.ones(3, 2),)).pow(2).mean()
turunan = torch.autograd.grad(loss, list(cepat.values()), create_graph=True)
for nama, g in zip(cepat, turunan):
    cepat[nama] -= 0.1 * g
torch.func.functional_call(net, cepat, (torch.ones(3, 2),)).sum().backward()
""", ("cepat[nama] -= 0.1 * g", "cepat[nama] = cepat[nama] - 0.1 * g")),
    "a step size for each row": case("gradien-bentuk-function", "lupa-menjumlahkan-siaran",
        "return g * s[:, None], g * w", """
class Skala(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, s):
        ctx.save_for_backward(w, s)
        return w * s[:, None]
    @staticmethod
    def backward(ctx, g):
        w, s = ctx.saved_tensors
        return g * s[:, None], g * w
w, s = torch.ones(4, 6, requires_grad=True), torch.ones(4, requires_grad=True)
Skala.apply(w, s).sum().backward()
""", ("g * s[:, None], g * w", "g * s[:, None], (g * w).sum(dim=1)")),
    "a frozen base made for inference": case("inference-disimpan", "cukup-no-grad", "with torch.inference_mode():", """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.atas = nn.Linear(2, 2)
        with torch.inference_mode():
            self.dasar = nn.Linear(2, 1)
    def forward(self, x):
        return self.dasar(self.atas(x))
model = Model()
model(torch.ones(3, 2)).sum().backward()
""", ("inference_mode", "no_grad")),
    "a hook before an activation in place": case("view-function-in-place", "kait-modul-dan-inplace",
        "self.isi = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))", """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.isi = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    def forward(self, x):
        return self.isi(x)
model = Model()
model.isi[0].register_full_backward_hook(lambda modul, masuk, keluar: None)
keluaran = model(torch.ones(1, 2))
keluaran.sum().backward()
""", ("nn.ReLU(inplace=True)", "nn.ReLU()")),
    "a graph kept by a part without a forward": case(SECOND, "luar-lingkaran", "self.bobot = self.susun()", """
class Peta(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(2, 2))
        self.bobot = self.susun()
    def susun(self):
        return torch.softmax(self.w, dim=1)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.peta = Peta()
    def forward(self, x):
        return x @ self.peta.bobot
net = Net()
for i in range(2):
    loss = net(torch.ones(3, 2)).pow(2).sum()
    loss.backward()
""", ("        self.bobot = self.susun()\n", ""),
        ("x @ self.peta.bobot", "x @ self.peta.susun()")),
    "grad mode left off by a helper": case(CUT, "tanpa-grad-mode", "torch.set_grad_enabled(False)", """
net = nn.Linear(2, 1)
def nilai(x):
    torch.set_grad_enabled(False)
    y = net(x)
    return y
nilai(torch.ones(3, 2))
loss = net(torch.ones(3, 2)).sum()
loss.backward()
""", ("    torch.set_grad_enabled(False)\n", ""), ("def nilai", "@torch.no_grad()\ndef nilai")),
    "NumPy with a number": case("numpy-bergradien", "untuk-dihitung", "return 20 * np.log10(np.maximum(y, dasar))",
        """
import numpy as np
def desibel(y, dasar=1e-3):
    return 20 * np.log10(np.maximum(y, dasar))
w = torch.ones(3, requires_grad=True)
y = w.exp()
loss = desibel(y).sum()
loss.backward()
""", ("np.log10(np.maximum(y, dasar))", "torch.log10(y.clamp(min=dasar))")),
    "a piece given to a function": case("banyak-view-in-place", "potongan-ditulisi", "y = geser_(bagian) * 2", """
def geser_(x):
    x.sub_(x.mean())
    return x
w = torch.ones(3, 2, requires_grad=True)
for bagian in (w * 2).unbind(0):
    y = geser_(bagian) * 2
y.sum().backward()
""", ("geser_(bagian)", "geser_(bagian.clone())")),
    "a bank that keeps graphs": case(SECOND, "keadaan-terbawa", "self.isi[i] = 0.5 * self.isi[i] + 0.5 * z", """
class Bank(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("isi", torch.ones(4, 3))
    def forward(self, z, i):
        return nn.functional.cross_entropy(z @ self.isi.t(), i)
    def catat(self, z, i):
        self.isi[i] = 0.5 * self.isi[i] + 0.5 * z
net, bank, i = nn.Linear(2, 3), Bank(), torch.tensor([0, 2])
for putaran in range(2):
    z = net(torch.ones(2, 2))
    loss = bank(z, i)
    loss.backward()
    bank.catat(z, i)
""", ("0.5 * self.isi[i] + 0.5 * z", "(0.5 * self.isi[i] + 0.5 * z).detach()")),
    "a buffer that is a state": case(SECOND, "keadaan-terbawa", "self.h = self.sel(x, self.h)", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.sel = nn.GRUCell(2, 3)
        self.register_buffer("h", torch.zeros(1, 3))
    def forward(self, x):
        self.h = self.sel(x, self.h)
        return self.h.sum()
net = Net()
for i in range(2):
    loss = net(torch.ones(1, 2))
    loss.backward()
""", ("    loss.backward()\n", "    loss.backward()\n    net.h = net.h.detach()\n")),
    "a path for each example": case("vmap-menulis-ke-biasa", "susun-stack", "jejak = torch.zeros(3)", """
def f(x, v):
    jejak = torch.zeros(3)
    letak = x
    for t in range(3):
        letak = letak + v
        jejak[t] = letak
    return jejak.sum()
torch.func.vmap(f)(torch.ones(4), torch.ones(4))
""", ("torch.zeros(3)", "x.new_zeros(3)")),
    "two steps that train one trunk": case(SECOND, "batang-bersama", "z = badan(torch.ones(5, 3))", """
badan, a, b = nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Linear(4, 1), nn.Linear(4, 1)
opt_a = torch.optim.SGD([*badan.parameters(), *a.parameters()], lr=0.1)
opt_b = torch.optim.SGD([*badan.parameters(), *b.parameters()], lr=0.1)
z = badan(torch.ones(5, 3))
rugi_a = a(z).pow(2).mean()
rugi_b = (b(z) - 1).pow(2).mean()
opt_a.zero_grad()
rugi_a.backward()
opt_a.step()
opt_b.zero_grad()
rugi_b.backward()
opt_b.step()
""", ("opt_a.zero_grad()\nrugi_a.backward()\nopt_a.step()\n", "opt_a.zero_grad()\n"),
        ("rugi_b.backward()\n", "(rugi_a + rugi_b).backward()\nopt_a.step()\n")),
    "gradients in another order": case("gradien-bentuk-function", "urutan-gradien", "return untuk_c, untuk_x", """
class Jarak(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, c):
        ctx.save_for_backward(x, c)
        return x @ c.t()
    @staticmethod
    def backward(ctx, g):
        x, c = ctx.saved_tensors
        untuk_c, untuk_x = g.t() @ x, g @ c
        return untuk_c, untuk_x
x, c = torch.ones(6, 3, requires_grad=True), torch.ones(4, 3, requires_grad=True)
Jarak.apply(x * 2, c).sum().backward()
""", ("return untuk_c, untuk_x", "return untuk_x, untuk_c")),
    "a step that gives new tensors": case(EMPTY, "variabel-baru", "baru[nama] = isi - 0.1 * isi.grad", """
def turun(p):
    baru = {}
    for nama, isi in p.items():
        baru[nama] = isi - 0.1 * isi.grad
    return baru
p = {"w": torch.ones(2, requires_grad=True)}
for langkah in range(3):
    loss = (p["w"] ** 2).sum()
    loss.backward()
    p = turun(p)
""", ("isi - 0.1 * isi.grad", "(isi - 0.1 * isi.grad).detach().requires_grad_(True)")),
    "functional relu": case(WRITTEN, "tulis-langsung", "b = nn.functional.relu(a, inplace=True)", """
w = torch.ones(3, requires_grad=True)
a = torch.exp(w)
b = nn.functional.relu(a, inplace=True)
b.sum().backward()
""", (", inplace=True", "")),
    "mask in a function": case(WRITTEN, "tulis-langsung", "s[s < 0.1] = 0", """
def normal(x):
    s = x.softmax(dim=-1)
    s[s < 0.1] = 0
    return s
x = torch.arange(4.0, requires_grad=True)
y = normal(x)
y.pow(2).sum().backward()
""", ("    s[s < 0.1] = 0", "    s = s.clone()\n    s[s < 0.1] = 0")),
    "through detach": case(WRITTEN, "tulis-langsung", "rapi.clamp_(0, 0.5)", """
w = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.sigmoid(w)
rapi = y.detach()
rapi.clamp_(0, 0.5)
y.sum().backward()
""", ("rapi.clamp_(0, 0.5)", "rapi = rapi.clamp(0, 0.5)")),
    "method with an underscore": case(WRITTEN, "tulis-langsung", "h.mul_(2)", """
model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
h = model(torch.ones(1, 2))
h.mul_(2)
loss = h.sum()
loss.backward()
""", ("h.mul_(2)", "h = h.mul(2)")),
    "two optimizers": case(WRITTEN, "langkah-optimizer", "opt_d.step()", """
G, D = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
opt_g = torch.optim.SGD(G.parameters(), lr=0.1)
opt_d = torch.optim.Adam(D.parameters(), lr=0.1)
for i in range(2):
    fake = G(torch.ones(4, 2))
    score = D(fake)
    d_loss = score.mean()
    g_loss = -score.mean()
    opt_d.zero_grad()
    d_loss.backward(retain_graph=True)
    opt_d.step()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
""", ("    opt_d.step()\n", "    opt_d.step()\n    score = D(fake)\n    g_loss = -score.mean()\n")),
    "values kept by a trainer": case(WRITTEN, "langkah-optimizer", "self.opt.step()", """
critic = nn.Linear(3, 1)
class Trainer:
    def __init__(self):
        self.opt = torch.optim.Adam(critic.parameters(), lr=0.1)
        self.nilai = []
    def perbarui(self, s):
        v = critic(torch.tanh(critic.weight * s)).sum()
        self.nilai.append(v)
        l = sum(self.nilai)
        self.opt.zero_grad()
        l.backward(retain_graph=True)
        self.opt.step()
pelatih = Trainer()
for i in range(3):
    pelatih.perbarui(torch.ones(1, 3))
""", ("self.nilai.append(v)", "self.nilai.append(v.item())"), ("l.backward", "v.backward")),
    "gradient of what is unused": case(EMPTY, "di-luar-loss", "(w ** 2).sum().backward()", """
w, b = torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)
(w ** 2).sum().backward()
with torch.no_grad():
    w -= 0.1 * w.grad
    b -= 0.1 * b.grad
""", ("    b -=", "    if b.grad is not None:\n        b -=")),
    "cleared before it is read": case("grad-kosong-dipanggil", "dikosongkan", "opt.zero_grad()", """
w = torch.ones(2, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
(w ** 2).sum().backward()
opt.step()
opt.zero_grad()
print(w.grad.norm())
""", ("opt.zero_grad()\nprint(w.grad.norm())\n", "print(w.grad.norm())\nopt.zero_grad()\n")),
    "not reduced": case("keluaran-bukan-skalar", "belum-diringkas",
        "loss = nn.functional.mse_loss(m(x), y, reduction='none')", """
m, x, y = nn.Linear(2, 1), torch.ones(3, 2), torch.zeros(3, 1)
loss = nn.functional.mse_loss(m(x), y, reduction='none')
loss.backward()
""", (", reduction='none'", "")),
    "a copy instead of the input": case("tidak-terpakai", "di-luar-graf", "x2 = x.detach().requires_grad_()", """
x = torch.ones(3, requires_grad=True)
y = (x ** 2).sum()
x2 = x.detach().requires_grad_()
g = torch.autograd.grad(y, x2)
""", ("torch.autograd.grad(y, x2)", "torch.autograd.grad(y, x)")),
    "a name given to a new tensor in every turn": case("grad-kosong-dipanggil", "variabel-baru",
        "x_adv = torch.max(torch.min(x_adv, x + 0.2), x - 0.2)", """
net, x, y = nn.Linear(2, 2), torch.ones(3, 2), torch.tensor([0, 1, 0])
x_adv = x.clone().detach().requires_grad_(True)
for _ in range(3):
    loss = nn.functional.cross_entropy(net(x_adv), y)
    loss.backward()
    x_adv = x_adv + 0.05 * x_adv.grad.sign()
    x_adv = torch.max(torch.min(x_adv, x + 0.2), x - 0.2)
""", ("x - 0.2)\n", "x - 0.2)\n    x_adv = x_adv.detach().requires_grad_(True)\n")),
    "the flag before the last operation": case("grad-kosong-dipanggil", "tanda-sebelum-hitung",
        "w = torch.randn(3, requires_grad=True) * 0.1", """
torch.manual_seed(0)
w = torch.randn(3, requires_grad=True) * 0.1
loss = (w ** 2).sum()
loss.backward()
print(w.grad.abs().max())
""", ("w = torch.randn(3, requires_grad=True) * 0.1",
        "w = (torch.randn(3, requires_grad=True) * 0.1).detach().requires_grad_(True)")),
    "the gradient of a hidden layer": case(EMPTY, "hasil-antara", "self.fitur = self.fc(x)", """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.out = nn.Linear(3, 2), nn.Linear(2, 1)
    def forward(self, x):
        self.fitur = self.fc(x)
        return self.out(torch.relu(self.fitur))
net = Net()
net(torch.ones(1, 3)).sum().backward()
peta = torch.relu(net.fitur.grad)
""", ("        self.fitur = self.fc(x)\n",
        "        self.fitur = self.fc(x)\n        self.fitur.retain_grad()\n")),
    "a copy goes into the model": case(EMPTY, "di-luar-loss", "out = net(x.detach())", """
net, x = nn.Linear(3, 1), torch.ones(2, 3, requires_grad=True)
out = net(x.detach())
loss = out.sum()
loss.backward()
x_baru = x + 0.1 * x.grad
""", ("x.detach()", "x")),
    "read before backward": case(EMPTY, "belum-backward", "print(x.grad[0])", """
x = torch.ones(2, requires_grad=True)
loss = (x ** 2).sum()
print(x.grad[0])
loss.backward()
""", ("print(x.grad[0])\nloss.backward()\n", "loss.backward()\nprint(x.grad[0])\n")),
    "numbers chosen on the way": case(CUT, "torch-tensor", "log_probs = torch.tensor(log_probs)", """
torch.manual_seed(0)
policy = nn.Linear(3, 2)
def langkah(aksi):
    return 1.0 if aksi == 1 else -0.5
log_probs, rewards = [], []
for t in range(4):
    dist = torch.distributions.Categorical(logits=policy(torch.ones(3)))
    aksi = dist.sample()
    rewards.append(langkah(aksi.item()))
    log_probs.append(dist.log_prob(aksi))
returns = torch.tensor(rewards)
log_probs = torch.tensor(log_probs)
loss = -(log_probs * returns).sum()
loss.backward()
""", ("torch.tensor(log_probs)", "torch.stack(log_probs)")),
    "gradients for some inputs only": case("jumlah-gradien-function", "lupa-none", "return g * x.sign()", """
class Rapat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, ambang, skala):
        ctx.save_for_backward(x)
        return x.abs() * skala + ambang
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * x.sign()
w = torch.ones(2, requires_grad=True)
Rapat.apply(w, 1.0, 2.0).sum().backward()
""", ("return g * x.sign()", "return g * x.sign(), None, None")),
    "written under vmap": case("vmap-menulis-ke-biasa", "susun-stack", "riwayat = torch.zeros(4, 2)", """
def prediksi(w, urutan):
    riwayat = torch.zeros(4, 2)
    for t in range(4):
        riwayat[t] = torch.tanh(urutan[t] @ w)
    return riwayat.mean()
g = torch.func.vmap(torch.func.grad(prediksi), in_dims=(None, 0))(torch.ones(3, 2), torch.ones(5, 4, 3))
""", ("torch.zeros(4, 2)", "urutan.new_zeros(4, 2)")),
    "rows of a parameter": case("banyak-view-in-place", "putaran-atas-baris", "for vektor in emb.weight:", """
emb = nn.Embedding(4, 3)
for vektor in emb.weight:
    vektor /= vektor.norm()
assert torch.allclose(emb.weight.norm(dim=1), torch.ones(4))
""", ("for vektor in emb.weight:\n    vektor /= vektor.norm()\n",
        "with torch.no_grad():\n    for vektor in emb.weight:\n        vektor /= vektor.norm()\n")),
    "a piece of a result": case("banyak-view-in-place", "potongan-ditulisi", "kiri, kanan = h.chunk(2, dim=1)", """
w = torch.ones(2, 4, requires_grad=True)
h = w * 2
kiri, kanan = h.chunk(2, dim=1)
kiri *= 3
assert h.sum() == 32
""", ("kiri *= 3", "kiri = kiri * 3\nh = torch.cat([kiri, kanan], dim=1)")),
    "a sum begun as a leaf": case("daun-in-place", "bagian-hitungan", "total += (m(x) ** 2).sum()", """
m, x = nn.Linear(2, 1), torch.ones(3, 2)
total = torch.zeros(1, requires_grad=True)
for _ in range(2):
    total += (m(x) ** 2).sum()
total.backward()
assert m.weight.grad is not None
""", ("total += (m(x) ** 2).sum()", "total = total + (m(x) ** 2).sum()")),
    "a gate written after its use": case(WRITTEN, "tulis-langsung", "g /= g.sum(dim=1, keepdim=True)", """
class Blok(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.gerbang = nn.Conv1d(4, 4, 3, padding=1), nn.Linear(4, 4)
    def forward(self, x):
        out = torch.relu(self.conv(x))
        g = torch.sigmoid(self.gerbang(out.mean(dim=2)))
        out = out * g.unsqueeze(2)
        out += x
        g /= g.sum(dim=1, keepdim=True)
        return out, g
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bloks, self.fc = nn.ModuleList([Blok(), Blok()]), nn.Linear(4, 1)
    def forward(self, x):
        bobot = 0
        for blok in self.bloks:
            x, g = blok(x)
            bobot = bobot + g
        return self.fc(x.mean(dim=2) * bobot)
net = Net()
loss = net(torch.ones(2, 4, 5)).sum()
loss.backward()
""", ("g /= g.sum(dim=1, keepdim=True)", "g = g / g.sum(dim=1, keepdim=True)")),
    "all parameters in a loop": case(WRITTEN, "langkah-manual", "p.mul_(0.9)", """
net, x = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)), torch.ones(4, 2)
out = net(x)
with torch.no_grad():
    for p in net.parameters():
        p.mul_(0.9)
out.sum().backward()
""", ("out.sum()", "out = net(x)\nout.sum()")),
    "chance in a checkpoint": case("checkpoint-jumlah-lain", "acak-di-luar-torch", "if random.random() < 0.5:", """
import random
from torch.utils.checkpoint import checkpoint
class Blok(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 3)
    def forward(self, x):
        h = torch.tanh(self.a(x))
        if random.random() < 0.5:
            return x + h
        return x + torch.relu(self.b(h))
random.seed(0)
net = nn.ModuleList([Blok() for _ in range(6)])
for langkah in range(6):
    h = torch.ones(2, 3)
    for blok in net:
        h = checkpoint(blok, h, use_reentrant=False)
    h.sum().backward()
""", ("random.random() <", "torch.rand(()).item() <")),
    "the mode between forward and backward": case("checkpoint-jumlah-lain", "diubah-di-antara", "net.eval()", """
from torch.utils.checkpoint import checkpoint
net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 3), nn.Tanh())
x = torch.ones(2, 3)
loss = checkpoint(net, x, use_reentrant=False).sum()
net.eval()
nilai = net(x).detach()
loss.backward()
""", ("net.eval()\nnilai = net(x).detach()\nloss.backward()\n",
        "loss.backward()\nnet.eval()\nnilai = net(x).detach()\n")),
    "an index that was chosen": case(CUT, "tanpa-grad-mode", "skor = net(x)", """
net, x = nn.Linear(3, 4), torch.ones(1, 3, requires_grad=True)
with torch.no_grad():
    kelas = net(x).argmax(1).item()
with torch.no_grad():
    skor = net(x)
skor[0, kelas].backward()
""", ("with torch.no_grad():\n    skor", "skor")),
    "two optimizers on one trunk": case(SECOND, "batang-bersama", "kritik.backward()", """
badan, a, b = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1), nn.Linear(3, 1)
def maju(x):
    h = badan(x)
    return a(h), b(h)
opt_a = torch.optim.SGD(a.parameters(), lr=0.1)
opt_b = torch.optim.SGD([*badan.parameters(), *b.parameters()], lr=0.1)
ya, yb = maju(torch.ones(4, 2))
aktor, kritik = ya.pow(2).mean(), yb.mean()
opt_b.zero_grad()
kritik.backward()
opt_b.step()
opt_a.zero_grad()
aktor.backward()
opt_a.step()
assert a.weight.grad.abs().sum() > 0
""", ("kritik.backward()\nopt_b.step()\nopt_a.zero_grad()\naktor.backward()\n",
        "opt_a.zero_grad()\n(kritik + aktor).backward()\nopt_b.step()\n")),
    "layers in a list": case("optimizer-kosong", "daftar-biasa", "self.lapisan = []", """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.lapisan = []
        for _ in range(2):
            self.lapisan.append(nn.Linear(2, 2))
model = MLP()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
""", ("self.lapisan = []", "self.lapisan = nn.ModuleList()")),
    "the optimizer gets a result": case("optimizer-bukan-daun", "kali-sesudah-tanda",
        "w = torch.randn(3, requires_grad=True).double()", """
w = torch.randn(3, requires_grad=True).double()
opt = torch.optim.SGD([w], lr=0.1)
""", ("requires_grad=True).double()", "requires_grad=True).double().detach().requires_grad_(True)")),
    "a number in save_for_backward": case("simpan-bukan-tensor", "titip-di-ctx", "ctx.save_for_backward(x, n)", """
class Pangkat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x, n)
        return x ** n
    @staticmethod
    def backward(ctx, g):
        x, n = ctx.saved_tensors
        return g * n * x ** (n - 1), None
x = torch.ones(2, requires_grad=True)
Pangkat.apply(x, 3).sum().backward()
""", ("(x, n)\n", "(x)\n        ctx.n = n\n"), ("x, n = ctx.saved_tensors",
        "x, = ctx.saved_tensors\n        n = ctx.n")),
    "numpy for a number to look at": case("numpy-bergradien", "untuk-dilihat", "y = x.exp()", """
import numpy as np
x = torch.ones(2, requires_grad=True)
y = x.exp()
rata = np.mean(y.numpy())
y.sum().backward()
""", ("y.numpy()", "y.detach().numpy()")),
    "numpy inside the loss": case("numpy-bergradien", "untuk-dihitung", "return np.mean((p.numpy() - t) ** 2)", """
import numpy as np
net, x, t = nn.Linear(2, 1), torch.ones(3, 2), torch.zeros(3, 1)
def rugi(p, t):
    return np.mean((p.numpy() - t) ** 2)
loss = rugi(net(x), t)
loss.backward()
""", ("np.mean((p.numpy() - t) ** 2)", "torch.mean((p - t) ** 2)")),
    "a moving average too early": case(WRITTEN, "langkah-manual", "perbarui(0.9)", """
net, guru = nn.Linear(2, 2), nn.Linear(2, 2)
@torch.no_grad()
def perbarui(m):
    for p, q in zip(net.parameters(), guru.parameters()):
        q.mul_(m).add_(p, alpha=0.1)
x = torch.ones(3, 2, requires_grad=True)
loss = (net(x) - guru(x)).pow(2).sum()
perbarui(0.9)
loss.backward()
""", ("perbarui(0.9)\nloss.backward()\n", "loss.backward()\nperbarui(0.9)\n")),
    "one row of a Hessian after the other": case(SECOND, "luar-lingkaran",
        "g = torch.autograd.grad(loss, w, create_graph=True)[0]", """
w = torch.ones(2, requires_grad=True)
loss = torch.sigmoid(w).prod()
g = torch.autograd.grad(loss, w, create_graph=True)[0]
baris = []
for i in range(2):
    baris.append(torch.autograd.grad(g[i], w)[0])
""", ("(g[i], w)", "(g[i], w, retain_graph=True)")),
    "one loss after the other": case(SECOND, "batang-bersama", "r.backward()", """
badan, a, b = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1), nn.Linear(3, 1)
h = badan(torch.ones(4, 2))
rugi = {"a": a(h).mean(), "b": b(h).pow(2).mean()}
for nama, r in rugi.items():
    r.backward()
""", ("for nama, r in rugi.items():\n    r.backward()\n", "sum(rugi.values()).backward()\n")),
    "a piece of what has no name": case("banyak-view-in-place", "potongan-ditulisi",
        "mu, logvar = enc(x).chunk(2, dim=1)", """
enc, x = nn.Linear(3, 4), torch.ones(2, 3)
mu, logvar = enc(x).chunk(2, dim=1)
logvar.clamp_(-5, 5)
(mu + logvar.exp()).sum().backward()
""", ("logvar.clamp_(-5, 5)", "logvar = logvar.clamp(-5, 5)")),
    "a layer that no one calls": case("grad-kosong-dipanggil", "di-luar-loss", "loss.backward()", """
net, cadangan = nn.Linear(2, 1), nn.Linear(2, 1)
params = [*net.parameters(), *cadangan.parameters()]
loss = net(torch.ones(3, 2)).sum()
loss.backward()
norma = sum(p.grad.norm() for p in params)
""", ("sum(p.grad.norm() for p in params)", "sum((p.grad.norm() for p in params if p.grad is not None))")),
    "a number instead of a loss": case("backward-pada-bukan-tensor", "sudah-item",
        "return ((p - y) ** 2).mean().item()", """
model, x, y = nn.Linear(2, 1), torch.ones(3, 2), torch.zeros(3, 1)
def hitung(m, x, y):
    p = m(x)
    return ((p - y) ** 2).mean().item()
for _ in range(2):
    loss = hitung(model, x, y)
    loss.backward()
""", (".mean().item()", ".mean()")),
}  # fmt: skip
