import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
encoder, head = nn.Linear(4, 3), nn.Linear(3, 1)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)

# --- wrong: the hidden layer is computed once, before the loop
hidden = encoder(x)
only = torch.optim.SGD(encoder.parameters(), lr=0.05)
for _ in range(3):
    only.zero_grad()
    F.mse_loss(head(hidden), y).backward(retain_graph=True)
    only.step()

# --- wrong: the weight is scaled once, outside the loop
w = nn.Parameter(torch.tensor([1.0, -1.0, 2.0, 0.5]))
scaled = w * 2
opt = torch.optim.SGD([w], lr=0.05)
for _ in range(3):
    opt.zero_grad()
    ((x * scaled).sum(1) - y[:, 0]).pow(2).mean().backward(retain_graph=True)
    opt.step()

# --- right: computed anew in every turn
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: two losses share a trunk, both backwards before the step
for _ in range(3):
    opt.zero_grad()
    hidden = encoder(x)
    head(hidden).pow(2).mean().backward(retain_graph=True)
    hidden.abs().mean().backward()
    opt.step()

# --- right: a frozen encoder is computed once
for p in encoder.parameters():
    p.requires_grad_(False)
hidden = encoder(x)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: what was computed once is detached
hidden = encoder(x).detach()
opt = torch.optim.SGD(head.parameters(), lr=0.05)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: two optimizers, each after its own backward
first = torch.optim.SGD(encoder.parameters(), lr=0.05)
second = torch.optim.SGD(head.parameters(), lr=0.05)
for _ in range(2):
    first.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    first.step()
    second.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    second.step()
