import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: a list of losses
history = []
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    history.append(loss)

# --- wrong: in the records of an epoch
records = []
for epoch in range(4):
    opt.zero_grad()
    loss = (model(x) - y).abs().mean()
    loss.backward()
    opt.step()
    records.append({"epoch": epoch, "loss": loss})

# --- right: numbers
history = []
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    history.append(loss.item())

# --- right: detached
history = []
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    history.append(loss.detach())

# --- right: all losses first, then all backwards
losses = [F.mse_loss(model(x[row]), y[row]) for row in range(4)]
opt.zero_grad()
for loss in losses:
    loss.backward()
opt.step()

# --- right: only the best one is kept
best = None
for _ in range(4):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    best = loss if best is None or loss < best else best
