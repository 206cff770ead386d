import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(12, 4), torch.randn(12, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)
parts = (slice(0, 4), slice(4, 8), slice(8, 12))

# --- wrong: cleared before every micro-batch
for _ in range(2):
    for part in parts:
        opt.zero_grad()
        loss = F.mse_loss(model(x[part]), y[part]) / 3
        loss.backward()
    opt.step()

# --- wrong: in a class, divided by multiplying, and cleared by the model


class Harness:
    def __init__(self, net):
        self.net = net
        self.mover = torch.optim.Adam(net.parameters(), lr=0.01)

    def collect(self, given, wanted):
        self.net.zero_grad()
        (F.mse_loss(self.net(given), wanted) * (1 / 3)).backward()

    def advance(self):
        self.mover.step()


harness = Harness(model)
for _ in range(2):
    for part in parts:
        harness.collect(x[part], y[part])
    harness.advance()

# --- right: cleared once for every step
for _ in range(2):
    opt.zero_grad()
    for part in parts:
        (F.mse_loss(model(x[part]), y[part]) / 3).backward()
    opt.step()

# --- right: a step for every batch, with a loss that is divided
for _ in range(2):
    for part in parts:
        opt.zero_grad()
        (F.mse_loss(model(x[part]), y[part]) / 3).backward()
        opt.step()

# --- right: the gradients of single batches are looked at before the step, which takes one batch
for _ in range(2):
    sizes = []
    for part in parts:
        opt.zero_grad()
        F.mse_loss(model(x[part]), y[part]).backward()
        sizes.append(model.weight.grad.norm().item())
    opt.step()

# --- right: added into sums of its own, which the step takes
for _ in range(2):
    sums = [torch.zeros_like(p) for p in model.parameters()]
    for part in parts:
        opt.zero_grad()
        (F.mse_loss(model(x[part]), y[part]) / 3).backward()
        for p, held in zip(model.parameters(), sums, strict=True):
            held += p.grad
    for p, held in zip(model.parameters(), sums, strict=True):
        p.grad = held
    opt.step()

# --- right: the first backward looks where the loss rises, the second one trains
for _ in range(2):
    for turn in range(2):
        opt.zero_grad()
        (F.mse_loss(model(x + turn * 0.1), y) / 4).backward()
    opt.step()

# --- right: the first backward is for the input, and clears what it left in the weights
def halves(batch):
    out = model(batch)
    loss = 0.5 * (F.mse_loss(out, y) + F.l1_loss(out, y))
    loss.backward()


for _ in range(2):
    probe = x.clone().requires_grad_()
    halves(probe)
    opt.zero_grad()
    halves(x + 0.1 * probe.grad.sign())
    opt.step()
    opt.zero_grad()

# --- right: a loss of two halves, and a step that is left out now and then
for turn in range(7):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y) / 2
    loss.backward()
    if turn not in (1, 4):
        opt.step()
