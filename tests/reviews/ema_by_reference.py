import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the same model under another name
ema = model
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    for slow, fast in zip(ema.parameters(), model.parameters(), strict=True):
        slow.data.mul_(0.9).add_(fast.data, alpha=0.1)

# --- wrong: a dict of .data
shadow = {name: p.data for name, p in model.named_parameters()}
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for name, p in model.named_parameters():
            shadow[name].lerp_(p, 0.1)

# --- wrong: the state_dict itself
shadow = model.state_dict()
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    for name, value in model.state_dict().items():
        shadow[name].mul_(0.99).add_(value, alpha=0.01)

# --- wrong: loaded by reference
teacher = nn.Linear(4, 1)
teacher.load_state_dict(model.state_dict(), assign=True)
teacher.requires_grad_(False)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for slow, fast in zip(teacher.parameters(), model.parameters(), strict=True):
            slow.mul_(0.9).add_(fast, alpha=0.1)

# --- right: loaded, which copies
teacher = nn.Linear(4, 1)
teacher.load_state_dict(model.state_dict())
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for slow, fast in zip(teacher.parameters(), model.parameters(), strict=True):
            slow.mul_(0.9).add_(fast, alpha=0.1)

# --- right: a copy
ema = copy.deepcopy(model).requires_grad_(False)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for slow, fast in zip(ema.parameters(), model.parameters(), strict=True):
            slow.mul_(0.9).add_(fast, alpha=0.1)

# --- right: clones
shadow = {name: p.detach().clone() for name, p in model.named_parameters()}
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    for name, p in model.named_parameters():
        shadow[name].lerp_(p.detach(), 0.1)

# --- right: decay of the weights by hand
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(0.99)
            p.add_(torch.randn_like(p), alpha=1e-3)

# --- right: torch's own average
averaged = torch.optim.swa_utils.AveragedModel(model)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    averaged.update_parameters(model)

# --- wrong: a copy of the module that shares all that it holds
follower = copy.copy(model)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for slow, fast in zip(follower.parameters(), model.parameters(), strict=True):
            slow.copy_(0.9 * slow + 0.1 * fast)

# --- right: a target that follows, written anew
target = copy.deepcopy(model)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), target(x).detach() + y).backward()
    opt.step()
    with torch.no_grad():
        for slow, fast in zip(target.parameters(), model.parameters(), strict=True):
            slow.copy_(0.9 * slow + 0.1 * fast)

# --- right: weights kept inside a ball
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for p, most in zip(model.parameters(), (9.0, 9.0), strict=True):
            p.copy_(p * min(1.0, most / float(p.norm())))
