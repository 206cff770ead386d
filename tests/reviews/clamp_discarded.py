import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), 10 * torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: clamp without the underscore
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad.clamp(-1, 1)
    opt.step()

# --- wrong: through .data, under another name
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad.data.clip(max=0.5)
    opt.step()

# --- wrong: averaged without the underscore
for _ in range(2):
    opt.zero_grad()
    for _ in range(2):
        F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad.div(2)
    opt.step()

# --- right: in place
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad.clamp_(-1, 1)
    opt.step()

# --- right: assigned
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad = p.grad.clamp(-1, 1)
    opt.step()

# --- right: only looked at
seen = []
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        seen.append(p.grad.clamp(-1, 1))
        print(p.grad.mul(2).norm() > 0, end="")
    opt.step()

# --- right: copied into it
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.grad.copy_(p.grad.clamp(-1, 1))
    opt.step()

# --- wrong: as a function
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        torch.clamp(p.grad, -1, 1)
    opt.step()
