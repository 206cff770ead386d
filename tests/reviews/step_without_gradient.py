import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
opt = torch.optim.Adam(model.parameters(), lr=0.05)

# --- wrong: step comes before backward
for _ in range(3):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    opt.step()
    loss.backward()

# --- wrong: zero_grad stands between backward and step
for _ in range(3):
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.zero_grad()
    opt.step()

# --- wrong: cleared to zeros before the step
for _ in range(3):
    F.mse_loss(model(x), y).backward()
    model.zero_grad(set_to_none=False)
    opt.step()

# --- right: the usual order
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: the loop begins with the step of the turn before
for _ in range(4):
    opt.step()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()

# --- right: one idle step at the start, to please the schedule
schedule = torch.optim.lr_scheduler.StepLR(opt, 1)
opt.zero_grad()
opt.step()
for _ in range(2):
    schedule.step()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: the closure computes the gradient inside the step


def closure():
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    return loss


for _ in range(3):
    opt.zero_grad()
    opt.step(closure)

# --- right: a second optimizer whose parameters this block does not use
idle = torch.optim.SGD(nn.Linear(2, 2).parameters(), lr=0.1)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    idle.step()

# --- wrong: in a function, by the names of its arguments


def advance(net, mover, given, wanted):
    gap = F.mse_loss(net(given), wanted)
    gap.backward()
    mover.zero_grad()
    mover.step()


for _ in range(3):
    advance(model, opt, x, y)

# --- right: two optimizers, and what the second holds is trained by the first
later = torch.optim.SGD(model[0].parameters(), lr=0.1)
for _ in range(3):
    F.mse_loss(model(x), y).backward()
    opt.step()
    opt.zero_grad()
    later.step()
