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

# --- right: one loss of each member of an ensemble, for the mean of the step
members = [nn.Linear(4, 1) for _ in range(3)]
opts = [torch.optim.SGD(member.parameters(), lr=0.05) for member in members]
for _ in range(3):
    losses = []
    for member, one in zip(members, opts, strict=True):
        one.zero_grad()
        loss = F.mse_loss(member(x), y)
        loss.backward()
        one.step()
        losses.append(loss)
    mean = torch.stack(losses).mean().item()

# --- right: the losses of the micro-batches of a step
for _ in range(2):
    opt.zero_grad()
    losses = []
    for row in range(4):
        loss = F.mse_loss(model(x[row]), y[row]) / 4
        loss.backward()
        losses.append(loss)
    opt.step()
    total = torch.stack(losses).sum().item()
