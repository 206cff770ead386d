import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: total = total + loss
total = 0
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    total = total + loss

# --- wrong: total += loss, before the backward
total = torch.zeros(())
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    total += loss
    loss.backward()
    opt.step()

# --- right: its number
total = 0.0
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    total += loss.item()

# --- right: detached
total = torch.zeros(())
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    total += loss.detach()

# --- right: the sum itself is the loss
for _ in range(2):
    opt.zero_grad()
    total = 0
    for row in range(4):
        total = total + F.mse_loss(model(x[row]), y[row])
    total.backward()
    opt.step()

# --- right: a sum of penalties
for _ in range(2):
    opt.zero_grad()
    penalty = 0
    for p in model.parameters():
        penalty = penalty + p.pow(2).sum()
    (F.mse_loss(model(x), y) + 0.01 * penalty).backward()
    opt.step()

# --- wrong: a running mean with its graph
smooth = 0.0
for _ in range(5):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    smooth = 0.9 * smooth + 0.1 * loss

# --- right: the mean of the micro-batches of one step
for _ in range(2):
    total = 0.0
    opt.zero_grad()
    for row in range(4):
        loss = F.mse_loss(model(x[row]), y[row]) / 4
        loss.backward()
        total = total + loss
    opt.step()

# --- wrong: a meter that adds whatever it is given
class Pengukur:
    def __init__(self):
        self.jumlah, self.banyak = {}, 0

    def catat(self, **angka):
        for nama, nilai in angka.items():
            self.jumlah[nama] = self.jumlah.get(nama, 0) + nilai
        self.banyak += 1


pengukur = Pengukur()
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    pengukur.catat(loss=loss, lr=0.05)
assert float(pengukur.jumlah["loss"]) > 0 and abs(pengukur.jumlah["lr"] - 0.2) < 1e-6

# --- wrong: an average that weighs by the size of the batch
class Rata:
    def __init__(self):
        self.total, self.n = 0.0, 0

    def perbarui(self, nilai, n=1):
        self.nilai = nilai
        self.total += nilai * n
        self.n += n


rata = Rata()
for _ in range(4):
    opt.zero_grad()
    hasil = F.mse_loss(model(x), y)
    hasil.backward()
    opt.step()
    rata.perbarui(hasil, len(x))
assert (rata.total.item() if torch.is_tensor(rata.total) else rata.total) > 0

# --- right: the same meter, given numbers
class Rata:
    def __init__(self):
        self.total, self.n = 0.0, 0

    def perbarui(self, nilai, n=1):
        self.total += nilai * n
        self.n += n


rata = Rata()
for _ in range(4):
    opt.zero_grad()
    hasil = F.mse_loss(model(x), y)
    hasil.backward()
    opt.step()
    rata.perbarui(hasil.item(), len(x))
