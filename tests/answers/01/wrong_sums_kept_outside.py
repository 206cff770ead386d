"""gW and gb are added up in tensors outside the function: the second call adds to the first.

check: repeated
advice: ikut berubah karena panggilan kedua
"""

import torch

totals = {}


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
    gW, gb = totals.setdefault((W.shape, x.dtype), (torch.zeros_like(W), torch.zeros_like(b)))
    gW += x.T @ gz
    gb += gz.sum(0)
    return gx, gW, gb


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
