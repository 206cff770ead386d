"""The square of the norm taken through the norm: 0/0 where a row of h is 0.

check: edges
advice: sebuah faktor menjadi 0/0
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    n = len(x)
    h = torch.tanh(x @ W + b)
    r = h.norm(dim=1, keepdim=True)
    s = r * r
    e = torch.exp(-(x * x).sum(1, keepdim=True) / 2)
    gz = 2 * r * (h / r) * (1 - h * h) / (1 + s) * e / n
    gx = gz @ W.T - x * torch.log1p(s) * e / n
    return gx, x.T @ gz, gz.sum(0)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
