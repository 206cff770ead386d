"""Finds out by a real backward, and leaves gradients in the leaves upstream.

check: traces
advice: gradiennya tertinggal di daun di hulu
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    if not t.requires_grad:
        return False
    before, t.grad = t.grad, None
    t.sum().backward(retain_graph=True)
    filled = t.grad is not None
    t.grad = before
    return filled
