import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, kind, size = torch.randn(8, 4), torch.randint(0, 3, (8,)), torch.randn(8, 1)
body, first, second = nn.Linear(4, 6), nn.Linear(6, 3), nn.Linear(6, 1)
opt = torch.optim.SGD([*body.parameters(), *first.parameters(), *second.parameters()], lr=0.1)

# --- wrong: cleared before each backward
for _ in range(3):
    h = body(x)
    one, other = F.cross_entropy(first(h), kind), F.mse_loss(second(h), size)
    opt.zero_grad()
    one.backward(retain_graph=True)
    opt.zero_grad()
    other.backward()
    opt.step()

# --- wrong: cleared in between only
for _ in range(3):
    h = body(x)
    one, other = F.cross_entropy(first(h), kind), F.mse_loss(second(h), size)
    one.backward(retain_graph=True)
    opt.zero_grad()
    other.backward()
    opt.step()

# --- right: cleared once
for _ in range(3):
    h = body(x)
    opt.zero_grad()
    F.cross_entropy(first(h), kind).backward(retain_graph=True)
    F.mse_loss(second(h), size).backward()
    opt.step()

# --- right: a step for each
for _ in range(3):
    opt.zero_grad()
    F.cross_entropy(first(body(x)), kind).backward()
    opt.step()
    opt.zero_grad()
    F.mse_loss(second(body(x)), size).backward()
    opt.step()

# --- right: the norm of a gradient is looked at first
for _ in range(3):
    h = body(x)
    one = F.cross_entropy(first(h), kind)
    opt.zero_grad()
    one.backward(retain_graph=True)
    weight = 1 / body.weight.grad.norm()
    opt.zero_grad()
    (weight * one + F.mse_loss(second(h), size)).backward()
    opt.step()

# --- right: the input of an attack takes the first
for _ in range(3):
    probe = x.clone().requires_grad_(True)
    F.mse_loss(second(body(probe)), size).backward()
    opt.zero_grad()
    F.mse_loss(second(body(x + 0.1 * probe.grad.sign())), size).backward()
    opt.step()

# --- right: a trial of the same loss before it counts
for _ in range(3):
    loss = F.mse_loss(second(body(x)), size)
    loss.backward(retain_graph=True)
    opt.zero_grad()
    (2 * loss).backward()
    opt.step()

# --- right: the second optimizer has used it
later = torch.optim.SGD(first.parameters(), lr=0.1)
for _ in range(3):
    F.cross_entropy(first(body(x)), kind).backward()
    later.step()
    opt.zero_grad()
    F.mse_loss(second(body(x)), size).backward()
    opt.step()

# --- right: both are kept aside and put together
held = [*body.parameters(), *first.parameters(), *second.parameters()]


def aside():
    return [torch.zeros_like(p) if vars_of(p) is None else vars_of(p).clone() for p in held]


def vars_of(p):
    return getattr(p, "grad")  # noqa: B009


for _ in range(3):
    h = body(x)
    one, other = F.cross_entropy(first(h), kind), F.mse_loss(second(h), size)
    opt.zero_grad()
    one.backward(retain_graph=True)
    a = aside()
    opt.zero_grad()
    other.backward()
    for p, mine, its in zip(held, a, aside(), strict=True):
        setattr(p, "grad", mine + its)  # noqa: B010
    opt.step()
