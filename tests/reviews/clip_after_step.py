import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), 10 * torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: the norm, after the step
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)

# --- wrong: the values, after the step
for _ in range(2):
    F.mse_loss(model(x), y).backward()
    opt.step()
    nn.utils.clip_grad_value_(model.parameters(), 0.1)
    opt.zero_grad()

# --- right: before the step
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()

# --- right: the norm is only measured after the step
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    size = nn.utils.clip_grad_norm_(model.parameters(), float("inf"))

# --- right: clipped at the top of the loop, for the gradient of the turn before
for turn in range(4):
    if turn:
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        opt.step()
        opt.zero_grad()
    F.mse_loss(model(x), y).backward()

# --- right: only every second batch makes a step
for turn in range(4):
    (F.mse_loss(model(x), y) / 2).backward()
    if turn % 2:
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        opt.step()
        opt.zero_grad()

# --- right: two networks, each clipped before its own step
critic = nn.Linear(4, 1)
own = torch.optim.SGD(critic.parameters(), lr=0.01)
for _ in range(2):
    opt.zero_grad(), own.zero_grad()
    (F.mse_loss(model(x), y) + F.mse_loss(critic(x), y)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()
    nn.utils.clip_grad_norm_(critic.parameters(), 0.5)
    own.step()
