"""Compares with finite differences: autograd is never asked.

check: verify_uses_autograd
advice: tidak memanggil autograd sama sekali
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
    inputs = [t.detach().double() for t in (x, W, b)]
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    for at, t in enumerate(inputs):
        if mine[at].shape != t.shape:
            return False
        for index in range(t.numel()):
            step = torch.zeros(t.numel(), dtype=t.dtype)
            step[index] = 1e-6
            up, down = ([o + s * step.view(t.shape) if o is t else o for o in inputs] for s in (1, -1))
            slope = (f(*up) - f(*down)) / 2e-6
            if not abs(mine[at].reshape(-1)[index].item() - slope.item()) <= 1e-5:
                return False
    return True
