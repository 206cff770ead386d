import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: retain_graph in place of create_graph
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), retain_graph=True)[0]
    opt.zero_grad()
    (du - u).pow(2).mean().backward()
    opt.step()

# --- wrong: the derivative of a sum, by name
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    (slope,) = torch.autograd.grad(outputs=u.sum(), inputs=t, retain_graph=True)
    residual = slope + u * t
    opt.zero_grad()
    residual.pow(2).mean().backward()
    opt.step()

# --- right: with its graph
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
    opt.zero_grad()
    (du - u).pow(2).mean().backward()
    opt.step()

# --- right: a constant on purpose
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), retain_graph=True)[0]
    opt.zero_grad()
    (du.detach() - u).pow(2).mean().backward()
    opt.step()

# --- right: a step against the input, and a clean loss beside it
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    clean = model(t).pow(2).mean()
    slope = torch.autograd.grad(clean, t, retain_graph=True)[0]
    opt.zero_grad()
    (clean + model(t + 0.1 * slope.sign()).pow(2).mean()).backward()
    opt.step()

# --- right: a fast weight of the first order
w = torch.ones(1, 1, requires_grad=True)
outer = torch.optim.SGD([w], lr=0.01)
x = torch.rand(8, 1)
for _ in range(2):
    inner = (x @ w - 1).pow(2).mean()
    slope = torch.autograd.grad(inner, w, retain_graph=True)[0]
    fast = w - slope
    outer.zero_grad()
    (inner + (x @ fast - 1).pow(2).mean()).backward()
    outer.step()

# --- right: a gradient that was stored for a later part
for _ in range(2):
    feature = model(torch.rand(8, 1))
    held = feature.detach().requires_grad_()
    slope = torch.autograd.grad(held.pow(2).mean(), held)[0]
    opt.zero_grad()
    (feature * slope).sum().backward()
    opt.step()
