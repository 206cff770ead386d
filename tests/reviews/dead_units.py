import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: a bias far below zero
nn.init.constant_(model[0].bias, -30.0)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: predictions clamped outside of the range of the targets
out = nn.Linear(4, 1)
nn.init.constant_(out.bias, -9.0)
opt = torch.optim.SGD(out.parameters(), lr=0.05)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(out(x).clamp(0, 1), torch.ones(8, 1)).backward()
    opt.step()

# --- wrong: a step that was too large has killed the layer
for rate in (1e6, 0.01, 0.01, 0.01):
    opt.param_groups[0]["lr"] = rate
    opt.zero_grad()
    F.mse_loss(model(x), y - 50).backward()
    opt.step()
    nn.init.constant_(model[2].bias, 0.0)
    with torch.no_grad():
        model[0].bias.clamp_(max=-50.0)
        model[0].weight.clamp_(-1, 1)

# --- right: some units rest
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a hinge loss that has nothing left to ask
out = nn.Linear(4, 1)
nn.init.constant_(out.bias, 9.0)
opt = torch.optim.SGD(out.parameters(), lr=0.05)
for _ in range(3):
    opt.zero_grad()
    (1 - out(x)).relu().mean().backward()
    opt.step()

# --- right: a penalty that is not needed at the moment
for _ in range(3):
    opt.zero_grad()
    weight = model[0].weight
    (F.mse_loss(model(x), y) + (weight.abs() - 5).clamp(min=0).sum()).backward()
    opt.step()

# --- right: a loss whose weight is still zero
for _ in range(3):
    opt.zero_grad()
    (0.0 * F.mse_loss(model(x), y)).backward()
    opt.step()

# --- right: a bound on the logarithm of a variance
log_std = nn.Parameter(torch.zeros(1))
own = torch.optim.SGD([log_std], lr=0.1)
for _ in range(3):
    own.zero_grad()
    std = log_std.clamp(-20, 2).exp()
    (std + 0.5 * (y / std).pow(2)).mean().backward()
    own.step()

# --- right: a floor on which the spread likes to stand
mu, raw = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.full((1,), -3.0))
own = torch.optim.SGD([mu, raw], lr=0.01)
for _ in range(3):
    own.zero_grad()
    sigma = raw.relu() + 0.5
    (sigma.log() + ((mu - 0.1) / sigma).pow(2)).mean().backward()
    own.step()

# --- right: a learned ceiling that nothing has come up to
ceiling = nn.Parameter(torch.tensor(50.0))
hidden, out = nn.Linear(4, 6), nn.Linear(6, 1)
opt = torch.optim.SGD([ceiling, *hidden.parameters(), *out.parameters()], lr=0.05)
for _ in range(3):
    h = hidden(x)
    opt.zero_grad()
    F.mse_loss(out(F.relu(h) - F.relu(h - ceiling)), y).backward()
    opt.step()
