import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 3)
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the running total goes backward in every turn
for _ in range(2):
    opt.zero_grad()
    total = 0.0
    for column in range(3):
        total = total + F.mse_loss(model(x)[:, column], y[:, column])
        total.backward(retain_graph=True)
    opt.step()

# --- wrong: a total that is added to in place
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    total = torch.zeros(())
    for column in range(2):
        total += F.mse_loss(out[:, column], y[:, column])
        total.backward(retain_graph=True)
    opt.step()

# --- right: once, after the loop
for _ in range(2):
    opt.zero_grad()
    total = 0.0
    for column in range(3):
        total = total + F.mse_loss(model(x)[:, column], y[:, column])
    total.backward()
    opt.step()

# --- right: each term by itself, and the total only for the log
for _ in range(2):
    opt.zero_grad()
    out, total = model(x), 0.0
    for column in range(3):
        term = F.mse_loss(out[:, column], y[:, column])
        term.backward(retain_graph=True)
        total = total + term.detach()
    opt.step()

# --- right: cleared before each longer total
for _ in range(2):
    total = 0.0
    for column in range(3):
        total = total + F.mse_loss(model(x)[:, column], y[:, column])
        opt.zero_grad()
        total.backward(retain_graph=True)
    opt.step()

# --- right: micro-batches, each with a loss and a penalty
for _ in range(2):
    opt.zero_grad()
    for part in (slice(0, 4), slice(4, 8)):
        (F.mse_loss(model(x[part]), y[part]) / 2 + 0.01 * model.weight.pow(2).sum()).backward()
    opt.step()
