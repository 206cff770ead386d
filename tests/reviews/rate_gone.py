import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.Adam(model.parameters(), lr=0.01)

# --- wrong: the schedule of epochs runs with the batches
schedule = lr_scheduler.StepLR(opt, step_size=1, gamma=0.1)
for _ in range(2):
    for _ in range(8):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        schedule.step()

# --- wrong: so does an exponential one
schedule = lr_scheduler.ExponentialLR(opt, 0.05)
for _ in range(2):
    for rows in torch.arange(8).split(1):
        opt.zero_grad()
        F.mse_loss(model(x[rows]), y[rows]).backward()
        opt.step()
        schedule.step()

# --- right: it runs with the epochs
schedule = lr_scheduler.StepLR(opt, step_size=1, gamma=0.1)
for _ in range(2):
    for _ in range(8):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
    schedule.step()

# --- right: slowly, with the batches
schedule = lr_scheduler.ExponentialLR(opt, 0.9)
for _ in range(2):
    for _ in range(8):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        schedule.step()

# --- right: down to nothing at the end of a cosine
schedule = lr_scheduler.CosineAnnealingLR(opt, 12)
for _ in range(2):
    for _ in range(8):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        schedule.step()

# --- right: held still for the whole time
still = torch.optim.SGD(model.parameters(), lr=0.0)
schedule = lr_scheduler.StepLR(still, step_size=1, gamma=0.1)
for _ in range(2):
    for _ in range(3):
        still.zero_grad()
        F.mse_loss(model(x), y).backward()
        still.step()
        schedule.step()

# --- wrong: in the function of one epoch
schedule = lr_scheduler.StepLR(opt, step_size=1, gamma=0.1)


def epoch():
    for rows in torch.arange(8).split(1):
        opt.zero_grad()
        F.mse_loss(model(x[rows]), y[rows]).backward()
        opt.step()
        schedule.step()


for _ in range(2):
    epoch()
