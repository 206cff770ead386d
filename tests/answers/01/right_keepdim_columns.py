"""One column per row with keepdim; verify with autograd.grad on copies."""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(dim=1)) * torch.exp(-(x * x).sum(dim=1) / 2)).mean()


def manual_gradient(x, W, b):
    h = torch.tanh(x @ W + b)
    s = h.square().sum(dim=1, keepdim=True)
    e = torch.exp(-0.5 * x.square().sum(dim=1, keepdim=True))
    gz = 2 * h * (1 - h**2) * e / (1 + s) / x.shape[0]
    gx = gz @ W.T - x * e * torch.log(1 + s) / x.shape[0]
    return gx, x.T @ gz, gz.sum(dim=0)


def verify(manual_gradient, x, W, b):
    copies = [t.detach().clone().requires_grad_(True) for t in (x, W, b)]
    reference = torch.autograd.grad(f(*copies), copies)
    mine = manual_gradient(*[t.detach() for t in copies])
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, reference, strict=True))
