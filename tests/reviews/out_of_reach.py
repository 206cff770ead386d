import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(16, 4), torch.randn(16, 1)
body = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
opt = torch.optim.SGD(body.parameters(), lr=0.1)

# --- wrong: prices below the mean cannot be told
for _ in range(2):
    opt.zero_grad()
    guess = F.relu(body(x))
    F.mse_loss(guess, y).backward()
    opt.step()

# --- wrong: pixels up to 255 and a sigmoid, as a layer
decoder = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 9), nn.Sigmoid())
opt = torch.optim.SGD(decoder.parameters(), lr=1e-4)
picture = torch.randint(0, 256, (16, 9)).float()
for _ in range(2):
    opt.zero_grad()
    ((decoder(x) - picture) ** 2).mean().backward()
    opt.step()

# --- right: nothing bounds the output
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(body(x), y).backward()
    opt.step()

# --- right: counts with a little noise below zero
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(F.relu(body(x)), y.abs() - 0.05).backward()
    opt.step()

# --- right: targets between the bounds
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(torch.tanh(body(x)), y.clamp(-1, 1)).backward()
    opt.step()

# --- right: the bounded part is scaled
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(4 * torch.tanh(body(x)), y).backward()
    opt.step()

# --- right: a few targets beyond a soft bound
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(torch.tanh(body(x)), y).backward()
    opt.step()

# --- right: one layer, for a look at what a hook sees
single = nn.Linear(4, 1)
opt = torch.optim.SGD(single.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(F.relu(single(x)), y).backward()
    opt.step()

# --- right: a hinge on how far apart they are
for _ in range(2):
    opt.zero_grad()
    F.relu(1 - y * body(x)).mean().backward()
    opt.step()
