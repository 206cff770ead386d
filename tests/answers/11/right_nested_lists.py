"""Plain Python does the arithmetic; a result of an operation is known by its grad_fn."""

import torch


def scaled(values, factor):
    if isinstance(values, list):
        return [scaled(part, factor) for part in values]
    return values * factor


def make_leaf(values, factor):
    return torch.tensor(scaled(values, factor), dtype=torch.float32, requires_grad=True)


def collects_grad(t):
    return bool(t.retains_grad or (t.requires_grad and t.grad_fn is None))
