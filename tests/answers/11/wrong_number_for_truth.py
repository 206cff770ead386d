"""Arithmetic with truth values gives 0 and 1.

check: boolean
advice: Gabungkan tanda-tanda itu
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    return t.requires_grad * max(t.is_leaf, t.retains_grad)
