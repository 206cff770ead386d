import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)

# --- wrong: Adam is made in every turn
for _ in range(4):
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: a function makes it


def train_step(model):
    opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()


for _ in range(4):
    train_step(model)

# --- right: made once
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(4):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: plain SGD remembers nothing
for rate in (0.1, 0.05, 0.01, 0.005):
    opt = torch.optim.SGD(model.parameters(), lr=rate)
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: one optimizer for each of several models
for _ in range(4):
    fast = copy.deepcopy(model)
    opt = torch.optim.Adam(fast.parameters(), lr=0.01)
    opt.zero_grad()
    F.mse_loss(fast(x), y).backward()
    opt.step()

# --- right: several steps before it starts anew
for _ in range(3):
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(2):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()

# --- right: LBFGS, for every batch anew
for part in (x[:4], x[4:], x):
    opt = torch.optim.LBFGS(model.parameters(), max_iter=3)

    def closure(opt=opt, part=part):
        opt.zero_grad()
        loss = model(part).pow(2).mean()
        loss.backward()
        return loss

    opt.step(closure)

# --- right: adapted to each batch from the same weights
source = copy.deepcopy(model.state_dict())
for part in (x[:3], x[3:6], x[5:]):
    model.load_state_dict(source)
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    opt.zero_grad()
    model(part).var().backward()
    opt.step()
