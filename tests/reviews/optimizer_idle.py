import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.Adam(model.parameters(), lr=0.05)

# --- wrong: the loss is computed with copies of the parameters
for _ in range(2):
    fast = {name: w.clone().requires_grad_(True) for name, w in model.state_dict().items()}
    opt.zero_grad()
    F.mse_loss(functional_call(model, fast, (x,)), y).backward()
    opt.step()

# --- wrong: another tensor takes the gradient
guess = torch.zeros(8, 1, requires_grad=True)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(guess + x[:, :1], y).backward()
    opt.step()

# --- right: fast weights from the parameters themselves
for _ in range(2):
    fast = {name: w * 0.9 for name, w in model.named_parameters()}
    opt.zero_grad()
    F.mse_loss(functional_call(model, fast, (x,)), y).backward()
    opt.step()

# --- right: the gradient is handed over from a copy
for _ in range(2):
    copied = copy.deepcopy(model)
    F.mse_loss(copied(x), y).backward()
    for mine, its in zip(model.parameters(), copied.parameters(), strict=True):
        mine.grad = its.grad
    opt.step()

# --- right: a second model, whose turn comes later
later = torch.optim.SGD(nn.Linear(4, 1).parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    later.step()

# --- right: frozen for the first steps
head = nn.Linear(1, 1)
model.requires_grad_(False)
heads = torch.optim.SGD(head.parameters(), lr=0.1)
for _ in range(2):
    heads.zero_grad()
    F.mse_loss(head(model(x)), y).backward()
    heads.step()
    opt.step()

# --- right: nothing is sent backward yet
for _ in range(2):
    F.mse_loss(model(x), y)
    opt.zero_grad()
    opt.step()

# --- wrong: every fold trains a copy that the optimizer does not hold


def fold(start, mover, rows):
    mine = copy.deepcopy(start)
    for _ in range(2):
        mover.zero_grad()
        F.mse_loss(mine(x[rows]), y[rows]).backward()
        mover.step()


start = nn.Linear(4, 1)
shared = torch.optim.RMSprop(start.parameters(), lr=0.01)
for part in torch.arange(8).split(4):
    fold(start, shared, part)
