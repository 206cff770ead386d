"""backward() that reaches its own leaf only."""

import torch


def hvp(f, x, v):
    leaf = x.clone().detach().requires_grad_(True)
    g = torch.autograd.grad(f(leaf), leaf, create_graph=True)[0]
    total = (g * v).sum() + 0 * leaf.sum()
    total.backward(inputs=[leaf])
    return leaf.grad
