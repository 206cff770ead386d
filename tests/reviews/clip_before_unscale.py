import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=65536.0)

# --- wrong: unscale_ was forgotten
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(opt)
    scaler.update()

# --- wrong: unscale_ comes after clipping
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    nn.utils.clip_grad_value_(model.parameters(), 0.5)
    scaler.unscale_(opt)
    scaler.step(opt)
    scaler.update()

# --- right: unscaled first
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    scaler.unscale_(opt)
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    scaler.step(opt)
    scaler.update()

# --- right: the limit is scaled too
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.1 * scaler.get_scale())
    scaler.step(opt)
    scaler.update()

# --- right: a scaler that is switched off
scaler = torch.amp.GradScaler("cpu", enabled=False)
for _ in range(2):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(x), y)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    scaler.step(opt)
    scaler.update()

# --- right: micro-batches, unscaled once, then clipped
for _ in range(2):
    opt.zero_grad()
    for part in (slice(0, 4), slice(4, 8)):
        scaler.scale(F.mse_loss(model(x[part]), y[part]) / 2).backward()
    scaler.unscale_(opt)
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    scaler.step(opt)
    scaler.update()

# --- wrong: in a class, by names of its own


class Harness:
    def __init__(self, net, bound):
        self.net, self.bound = net, bound
        self.mover = torch.optim.SGD(net.parameters(), lr=0.1)
        self.magnifier = torch.amp.GradScaler("cpu", init_scale=65536.0)

    def advance(self, given, wanted):
        self.mover.zero_grad()
        loss = F.mse_loss(self.net(given), wanted)
        self.magnifier.scale(loss).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), self.bound)
        self.magnifier.step(self.mover)
        self.magnifier.update()


harness = Harness(model, 0.5)
for _ in range(3):
    harness.advance(x, y)
