"""One mark of four: plain data is a leaf too.

check: prediction
advice: Ia daun, tetapi tidak meminta gradien
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    return t.is_leaf
