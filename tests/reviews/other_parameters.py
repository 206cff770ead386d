import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the model is copied after the optimizer was made
model = copy.deepcopy(model)
for _ in range(2):
    opt.zero_grad()
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: the last layer is replaced after the optimizer was made
model[2] = nn.Linear(4, 3)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y.expand(-1, 3)).backward()
    opt.step()

# --- right: the optimizer is made afterwards
model[2] = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: only the last layer is trained
opt = torch.optim.SGD(model[2].parameters(), lr=0.05)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a critic that rests in this block, beside a trunk that is not trained
critic = nn.Linear(4, 1)
opt = torch.optim.SGD([*model[2].parameters(), *critic.parameters()], lr=0.05)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a target network that only follows
target = copy.deepcopy(model).requires_grad_(False)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), target(x) + y).backward()
    opt.step()
    with torch.no_grad():
        for new, old in zip(model.parameters(), target.parameters(), strict=True):
            old.lerp_(new, 0.1)
