import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)

# --- wrong: one number, far beyond the minimum
w = nn.Parameter(torch.tensor(1.0))
opt = torch.optim.SGD([w], lr=1.5)
for _ in range(6):
    opt.zero_grad()
    ((w - 3) ** 2).backward()
    opt.step()

# --- wrong: a linear model
opt = torch.optim.SGD(model.parameters(), lr=5.0)
for _ in range(6):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a small learning rate
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(6):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a gain that is to grow
w = nn.Parameter(torch.tensor(0.1))
opt = torch.optim.SGD([w], lr=1.0, maximize=True)
for _ in range(6):
    opt.zero_grad()
    (2 * w).exp().log1p().backward()
    opt.step()

# --- right: weights that begin at zero
nn.init.zeros_(model.weight)
opt = torch.optim.Adam(model.parameters(), lr=0.1)
for _ in range(6):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: it swings, and comes nearer
w = nn.Parameter(torch.tensor(0.1))
opt = torch.optim.SGD([w], lr=0.9)
for _ in range(6):
    opt.zero_grad()
    ((w - 3) ** 2).backward()
    opt.step()

# --- right: another batch every time, of another size
opt = torch.optim.SGD(model.parameters(), lr=0.01)
for size in (1.0, 3.0, 9.0, 27.0, 81.0):
    opt.zero_grad()
    F.mse_loss(model(x), size * y).backward()
    opt.step()
