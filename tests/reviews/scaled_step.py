import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=1e-6)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)

# --- wrong: the optimizer steps by itself
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    opt.step()

# --- wrong: clipped, and stepped without the scaler
for _ in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    scaler.scale(loss).backward()
    torch.nn.utils.clip_grad_value_(model.parameters(), 5000.0)
    opt.step()

# --- right: the scaler steps
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    scaler.step(opt)
    scaler.update()

# --- right: unscaled first, then stepped by hand
for _ in range(2):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    scaler.unscale_(opt)
    opt.step()
    scaler.update()

# --- right: divided by hand
for _ in range(2):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    for p in model.parameters():
        p.grad.div_(scaler.get_scale())
    opt.step()

# --- right: a scaler that is switched off
scaler = torch.amp.GradScaler("cpu", enabled=False)
for _ in range(2):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    opt.step()

# --- right: a second optimizer that never sees the scaled loss
w = nn.Parameter(torch.ones(2))
own = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    own.zero_grad()
    w.pow(2).sum().backward()
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    own.step()
    scaler.step(opt)
    scaler.update()
