import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: a rounded prediction
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x).round(), y).backward()
    opt.step()

# --- wrong: the sign
for _ in range(2):
    opt.zero_grad()
    (1 - torch.sign(model(x)) * y).mean().backward()
    opt.step()

# --- right: straight through
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    F.mse_loss(out + (out.round() - out).detach(), y).backward()
    opt.step()

# --- right: the part behind the point
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    (out - out.floor()).mean().backward()
    opt.step()

# --- right: a rounded target
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y.round()).backward()
    opt.step()

# --- right: only shown
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    hits = (out.round() == y.round()).float().mean()
    F.mse_loss(out, y).backward()
    opt.step()

# --- wrong: zeros and ones that are drawn
for _ in range(2):
    opt.zero_grad()
    share = torch.sigmoid(model(x))
    F.mse_loss(torch.bernoulli(share), y).backward()
    opt.step()

# --- right: zeros and ones that are drawn, straight through
for _ in range(2):
    opt.zero_grad()
    share = torch.sigmoid(model(x))
    F.mse_loss(share + (torch.bernoulli(share) - share).detach(), y).backward()
    opt.step()
