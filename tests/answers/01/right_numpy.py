"""The formula in NumPy, and a NumPy truth value from verify."""

import numpy as np
import torch


def manual_gradient(x, W, b):
    X, M, c = (t.detach().numpy() for t in (x, W, b))
    h = np.tanh(X @ M + c)
    s = np.sum(h**2, axis=1, keepdims=True)
    e = np.exp(-np.sum(X**2, axis=1, keepdims=True) / 2)
    gz = 2 * h * (1 - h**2) / (1 + s) * e / len(X)
    gx = gz @ M.T - X * np.log1p(s) * e / len(X)
    return torch.from_numpy(gx), torch.from_numpy(X.T @ gz), torch.from_numpy(gz.sum(axis=0))


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    a, M, c = leaves
    h = torch.tanh(a @ M + c)
    y = (torch.log1p((h**2).sum(1)) * torch.exp(-(a**2).sum(1) / 2)).mean()
    right = [g.numpy() for g in torch.autograd.grad(y, leaves)]
    mine = [g.numpy() for g in manual_gradient(x.detach(), W.detach(), b.detach())]
    ok = np.bool_(True)
    for m, r in zip(mine, right, strict=True):
        ok = ok & np.bool_(m.shape == r.shape and np.abs(m - r).max() < 1e-5)
    return ok
