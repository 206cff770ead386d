# ruff: noqa: B018
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: step
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step

# --- wrong: eval
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval
    with torch.no_grad():
        model(x)

# --- right: called
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: passed on
move = opt.step
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    move()

# --- right: compared
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    assert callable(opt.step)
    opt.step()

# --- right: in a branch that never runs
for turn in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    if turn > 5:
        model.eval
