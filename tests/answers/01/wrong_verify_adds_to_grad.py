"""Asks only tensors that want a gradient already, and adds to the .grad they have.

check: side_effects
advice: `x.grad` berubah
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    n = len(x)
    h = torch.tanh(x @ W + b)
    s = (h * h).sum(1, keepdim=True)
    e = torch.exp(-(x * x).sum(1, keepdim=True) / 2)
    gz = 2 * h * (1 - h * h) / (1 + s) * e / n
    gx = gz @ W.T - x * torch.log1p(s) * e / n
    return gx, x.T @ gz, gz.sum(0)


def verify(manual_gradient, x, W, b):
    leaves = [t if t.requires_grad else t.clone().requires_grad_() for t in (x, W, b)]
    for t in leaves:
        t.grad = None
    f(*leaves).backward()
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == t.shape and torch.allclose(m, t.grad, rtol=1e-4, atol=1e-6) for m, t in zip(mine, leaves))
