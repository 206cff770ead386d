"""backward() reaches the parameters of f too.

check: surroundings
advice: `.grad` milik parameter
"""

import torch


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if x.numel() < y.numel():
        return torch.func.jacfwd(f)(x)
    rows = []
    for one in y:
        leaf.grad = None
        if one.requires_grad:
            one.backward(retain_graph=True)
        rows.append(torch.zeros_like(x) if leaf.grad is None else leaf.grad.clone())
    return torch.stack(rows)
