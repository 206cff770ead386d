"""Trusts a .grad that is left from before the tensor was frozen.

check: prediction
advice: sekarang ia tidak lagi meminta gradien
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    if t.is_leaf and t.grad is not None:
        return True
    return t.requires_grad and (t.is_leaf or t.retains_grad)
