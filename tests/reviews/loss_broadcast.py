import warnings

import torch
import torch.nn.functional as F
from torch import nn

warnings.simplefilter("ignore")
torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8)
model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: mse_loss of a column and a row
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: by hand
for _ in range(2):
    opt.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    opt.step()

# --- wrong: the target is the column, and the batch is large
x, y = torch.randn(20, 4), torch.randn(20, 1)
for _ in range(2):
    opt.zero_grad()
    nn.SmoothL1Loss()(model(x).squeeze(1), y).backward()
    opt.step()

# --- right: squeezed
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x).squeeze(1), y).backward()
    opt.step()

# --- right: all pairs, on purpose
points = nn.Parameter(torch.randn(8))
opt = torch.optim.SGD([points], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    (points[:, None] - y).abs().mean().backward()
    opt.step()

# --- right: distances between the outputs of a batch
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    ((out - out.T).abs() + 1e-3).reciprocal().mean().backward()
    opt.step()

# --- right: a mean that is estimated
mu = nn.Parameter(torch.zeros(1))
opt = torch.optim.SGD([mu], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(mu, torch.randn(8, 8)).backward()
    opt.step()

# --- right: a batch of one
for _ in range(2):
    opt.zero_grad()
    ((model(x[:1]) - y[:1]) ** 2).mean().backward()
    opt.step()

# --- right: several outputs minus one shift for each
wide = nn.Linear(4, 8)
opt = torch.optim.SGD(wide.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    ((wide(x) - y) ** 2).mean().backward()
    opt.step()

# --- wrong: l1_loss
for _ in range(2):
    opt.zero_grad()
    F.l1_loss(model(x), y).backward()
    opt.step()

# --- right: every prediction against all others, one side detached
for _ in range(2):
    opt.zero_grad()
    score = model(x)
    others = score.squeeze(1).detach()
    (score - others).abs().mean().backward()
    opt.step()

# --- right: energy distance, all pairs of what is made and what is real, and of what is made with itself


def apart(a, b):
    return (a.view(-1, 1) - b.view(-1)).abs().mean()


for _ in range(2):
    made = model(torch.randn(8, 4))
    opt.zero_grad()
    (2 * apart(made, y) - apart(made, made)).backward()
    opt.step()

# --- right: quantiles of one state against the quantiles of the next
quantiles = nn.Linear(4, 8)
opt = torch.optim.SGD(quantiles.parameters(), lr=0.05)
level = (torch.arange(8) + 0.5) / 8
for _ in range(2):
    theta = quantiles(x[:1]).view(-1, 1)
    error = y - theta
    weight = (level.view(-1, 1) - (error.detach() < 0).float()).abs()
    opt.zero_grad()
    (weight * error.abs()).mean().backward()
    opt.step()

# --- wrong: in a loss of its own, with where


class Smooth(nn.Module):
    def forward(self, guess, wanted):
        gap = (guess - wanted).abs()
        return torch.where(gap < 1, 0.5 * gap**2, gap - 0.5).mean()


x, y = torch.randn(8, 4), torch.randn(8)
smooth = Smooth()
for _ in range(2):
    opt.zero_grad()
    smooth(model(x), y).backward()
    opt.step()
