"""Forgets that a result may be asked to keep its gradient.

check: prediction
advice: meminta tensor antara menyimpan gradiennya
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    return t.requires_grad and t.is_leaf
