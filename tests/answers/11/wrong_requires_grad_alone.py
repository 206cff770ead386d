"""One mark of four: a result requires grad too, but does not keep it.

check: prediction
advice: gradien hanya lewat, lalu masuk ke daun
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    return t.requires_grad
