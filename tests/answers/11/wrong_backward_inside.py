"""Takes "so that .grad fills" as work of its own, and leaves ones behind.

check: gradient
advice: sudah membawa `.grad`
"""

import torch


def make_leaf(values, factor):
    t = (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()
    t.sum().backward()
    return t


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
