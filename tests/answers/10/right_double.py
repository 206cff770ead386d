"""In float64, asked by torch.autograd.grad."""

import torch


def slope(f, x):
    t = torch.tensor(x, dtype=torch.float64).requires_grad_()
    return float(torch.autograd.grad(f(t), t)[0])


def climb(f, x, steps, size):
    return climb(f, x + size * slope(f, x), steps - 1, size) if steps else x
