import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), 10 * torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)
parts = [slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 8)]

# --- wrong: inside the loop over micro-batches
for _ in range(2):
    opt.zero_grad()
    for part in parts:
        (F.mse_loss(model(x[part]), y[part]) / 4).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()

# --- wrong: a step every second batch, clipped every time
for turn, part in enumerate(parts):
    (F.mse_loss(model(x[part]), y[part]) / 2).backward()
    nn.utils.clip_grad_value_(model.parameters(), 0.2)
    if turn % 2:
        opt.step()
        opt.zero_grad()

# --- right: once, after the last one
for _ in range(2):
    opt.zero_grad()
    for part in parts:
        (F.mse_loss(model(x[part]), y[part]) / 4).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()

# --- right: gradients of single examples are clipped, then summed apart
for _ in range(2):
    sums = [torch.zeros_like(p) for p in model.parameters()]
    for row in range(4):
        opt.zero_grad()
        F.mse_loss(model(x[row : row + 1]), y[row : row + 1]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for total, p in zip(sums, model.parameters(), strict=True):
            total += p.grad
    for total, p in zip(sums, model.parameters(), strict=True):
        p.grad = total / 4
    opt.step()

# --- right: by value and then by norm
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    nn.utils.clip_grad_value_(model.parameters(), 1.0)
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()

# --- right: each parameter on its own
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        nn.utils.clip_grad_norm_([p], 0.5)
    opt.step()
