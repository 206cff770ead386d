import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model, target = nn.Linear(4, 1), nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)


def fit(times=3):
    for _ in range(times):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()


# --- wrong: the target takes over its own state
target.load_state_dict(model.state_dict())
for _ in range(3):
    fit(1)
    target.load_state_dict(target.state_dict())

# --- wrong: the best state is the present one
best = None
for turn in range(3):
    fit(1)
    if turn == 1:
        best = model.state_dict()
model.load_state_dict(best)

# --- wrong: before and after are the same tensors
before = model.state_dict()
fit()
after = model.state_dict()
model.load_state_dict({name: before[name] + 0.5 * (after[name] - before[name]) for name in before})

# --- right: a copy of the best
best = copy.deepcopy(model.state_dict())
fit()
model.load_state_dict(best)

# --- right: the target takes over the other's
for _ in range(3):
    fit(1)
    target.load_state_dict(model.state_dict())

# --- right: what was trained before is put into the state
state = model.state_dict()
state.update({"bias": torch.ones(1)})
model.load_state_dict(state)
fit()

# --- right: the state of one model goes into a new one
state = model.state_dict()
model = nn.Linear(4, 1)
model.load_state_dict(state)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
fit()

# --- right: half of the way, from a copy
before = {name: one.clone() for name, one in model.state_dict().items()}
fit()
after = model.state_dict()
model.load_state_dict({name: before[name] + 0.5 * (after[name] - before[name]) for name in before})

# --- wrong: the best model is the present one
least, best_model = 1e9, None
for _ in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    if loss.item() < least:
        least = loss.item()
        best_model = model

# --- wrong: a stopper holds the state of what it is given


class Stopper:
    def __init__(self):
        self.least, self.kept = 1e9, None

    def check(self, value, net):
        if value < self.least:
            self.least = value
            self.kept = net.state_dict()


stopper = Stopper()
for turn in range(3):
    fit(1)
    stopper.check(1.0 / (turn + 1), model)
model.load_state_dict(stopper.kept)

# --- right: the best of several models
least, best_model = 1e9, None
for rate in (0.1, 0.2):
    model = nn.Linear(4, 1)
    opt = torch.optim.SGD(model.parameters(), lr=rate)
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    if loss.item() < least:
        least, best = loss.item(), model
        best_model = model

# --- right: good enough, and so it ends
best_model = None
for turn in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    if turn == 2:
        best_model = model
        break

# --- right: taken and loaded at once, when all is trained
fit()
state = model.state_dict()
model.load_state_dict(state)
