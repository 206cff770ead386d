"""A tensor instead of True or False.

check: verify_accepts
advice: bukan Tensor
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    h = torch.tanh(x @ W + b)
    s = (h * h).sum(1, keepdim=True)
    e = torch.exp(-(x * x).sum(1, keepdim=True) / 2)
    gz = 2 * h * (1 - h * h) / (1 + s) * e / len(x)
    return gz @ W.T - x * torch.log1p(s) * e / len(x), x.T @ gz, gz.sum(0)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return torch.stack([(m - r).abs().max() for m, r in zip(mine, right)]).max() < 1e-5
