import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import clip_grad_norm_

torch.manual_seed(0)
x, y = torch.randn(8, 4), 10 * torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: between zero_grad and backward
for _ in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    clip_grad_norm_(model.parameters(), 1.0)
    loss.backward()
    opt.step()

# --- wrong: with gradients of zero
F.mse_loss(model(x), y).backward()
for _ in range(3):
    opt.zero_grad(set_to_none=False)
    loss = F.mse_loss(model(x), y)
    nn.utils.clip_grad_value_(model.parameters(), 0.5)
    loss.backward()
    opt.step()

# --- right: after backward
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    clip_grad_norm_(model.parameters(), 1.0)
    opt.step()

# --- right: a rotated loop, whose first turn has nothing to clip
for _ in range(4):
    clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()

# --- right: clipped twice, of which once too early
for _ in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    clip_grad_norm_(model.parameters(), 1.0)
    loss.backward()
    clip_grad_norm_(model.parameters(), 1.0)
    opt.step()

# --- right: no clipping at all
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
