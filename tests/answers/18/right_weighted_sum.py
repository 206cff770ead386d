"""The derivative of (g · v), with zeros where there is no way back."""

import torch


def hvp(f, x, v):
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        (g,) = torch.autograd.grad(f(x), x, create_graph=True)
        s = (g * v).sum()
        if s.grad_fn is None:
            return torch.zeros_like(v)
        (h,) = torch.autograd.grad(s, x, allow_unused=True)
        return torch.zeros_like(v) if h is None else h
