import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)


def slope(y, x):
    return torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]


def points():
    return torch.rand(6, 1, requires_grad=True)


# --- wrong: straight pieces


def bent(y, x):
    first = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]
    return torch.autograd.grad(first, x, torch.ones_like(y), create_graph=True)[0]


net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(2):
    x = points()
    opt.zero_grad()
    ((bent(net(x), x) + 1).square().mean() + net(x).square().mean()).backward()
    opt.step()

# --- wrong: called as a function


def bent(y, x):
    first = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]
    return torch.autograd.grad(first, x, torch.ones_like(y), create_graph=True)[0]


inner, outer = nn.Linear(1, 8), nn.Linear(8, 1)
opt = torch.optim.Adam([*inner.parameters(), *outer.parameters()], lr=0.01)
for _ in range(2):
    x = points()
    y = outer(F.leaky_relu(inner(x)))
    opt.zero_grad()
    ((bent(y, x) + 1).square().mean() + y.square().mean()).backward()
    opt.step()

# --- right: a bent activation
net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(2):
    x = points()
    opt.zero_grad()
    (slope(slope(net(x), x), x) + 1).square().mean().backward()
    opt.step()

# --- right: the first derivative of straight pieces
net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(2):
    x = points()
    opt.zero_grad()
    (slope(net(x), x) - 1).square().mean().backward()
    opt.step()

# --- right: the square of the output bends
net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(2):
    x = points()
    opt.zero_grad()
    (slope(slope(net(x).square(), x), x) - 1).square().mean().backward()
    opt.step()

# --- right: the curvature of a loss, only looked at
net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for _ in range(2):
    x = points()
    loss = net(x).square().mean()
    first = torch.autograd.grad(loss, net[0].weight, create_graph=True)[0]
    curve = torch.autograd.grad(first.sum(), net[0].weight, retain_graph=True)[0]
    opt.zero_grad()
    loss.backward()
    opt.step()
