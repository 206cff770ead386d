import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 2), torch.randn(8, 2)
scale = nn.Parameter(torch.ones(1))
opt = torch.optim.SGD([scale], lr=0.05)

# --- wrong: half of the columns are transformed behind autograd


class Coupling(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(1, 2)

    def forward(self, given):
        s, t = self.net(given[:, :1]).chunk(2, 1)
        out = given.clone()
        out.data[:, 1:] = given[:, 1:] * s.exp() + t
        return out, s.sum(1)


flow = Coupling()
opt = torch.optim.SGD(flow.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    z, size = flow(x)
    (z.pow(2).sum(1) - size).mean().backward()
    opt.step()

# --- wrong: a result collected row by row


class Collected(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell, self.bias = nn.Linear(2, 2), nn.Parameter(torch.zeros(2))

    def forward(self, given):
        rows = torch.zeros(len(given), 2)
        for at in range(len(given)):
            rows.data[at] = self.cell(given[at]).tanh()
        return rows + self.bias


model = Collected()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: written into the tensor itself


class Inside(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(1, 1)

    def forward(self, given):
        out = given.clone()
        out[:, 1:] = self.net(given[:, :1])
        return out


model = Inside()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a memory of what was seen, which no gradient is to enter


class Remembering(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(2, 2)
        self.register_buffer("bank", torch.zeros(8, 2))

    def forward(self, given):
        made = self.net(given)
        self.bank.data[:] = made
        return made + 0.1 * self.bank.mean(0)


model = Remembering()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a target outside of the graph, in a function that trains


def goals(net):
    goal = torch.zeros(8, 2)
    goal.data[:4] = net(x[:4]).tanh()
    return goal


def train(net):
    opt.zero_grad()
    F.mse_loss(net(x), goals(net)).backward()
    opt.step()


model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    train(model)

# --- right: rounded forward, and passed backward as it is


class Rounded(nn.Module):
    def __init__(self):
        super().__init__()
        self.net, self.step = nn.Linear(2, 2), nn.Parameter(torch.ones(2))

    def forward(self, given):
        made = self.net(given)
        out = made.clone()
        out.data[:] = (made / self.step).round() * self.step
        return out + self.step


model = Rounded()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
