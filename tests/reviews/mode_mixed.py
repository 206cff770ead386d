import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: train() is not called again after the evaluation
model.train()
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval()
    with torch.no_grad():
        model(x)

# --- wrong: a function that leaves the model in eval


def evaluate(model):
    model.eval()
    with torch.no_grad():
        return F.mse_loss(model(x), y).item()


for turn in range(4):
    out = model(x)
    opt.zero_grad()
    F.mse_loss(out, y).backward()
    opt.step()
    if turn == 1:
        evaluate(model)

# --- right: back and forth
for _ in range(3):
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval()
    with torch.no_grad():
        model(x)

# --- right: always in eval, on purpose
model.eval()
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: only the batch norm rests
model.train()
for turn in range(3):
    if turn == 1:
        model[1].eval()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a mode makes no difference to this model
plain = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
opt = torch.optim.SGD(plain.parameters(), lr=0.05)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(plain(x), y).backward()
    opt.step()
    plain.eval()

# --- wrong: train and eval are swapped
for _ in range(3):
    model.eval()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.train()
    with torch.no_grad():
        model(x)

# --- wrong: as an attribute


class Harness:
    def __init__(self, net):
        self.net = net
        self.mover = torch.optim.SGD(net.parameters(), lr=0.05)

    def advance(self, given, wanted):
        loss = F.mse_loss(self.net(given), wanted)
        self.mover.zero_grad()
        loss.backward()
        self.mover.step()

    @torch.no_grad()
    def judge(self, given):
        self.net.eval()
        return self.net(given)


harness = Harness(model.train())
for _ in range(3):
    harness.advance(x, y)
    harness.judge(x)
