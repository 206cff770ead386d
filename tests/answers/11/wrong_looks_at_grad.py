"""Looks at what .grad holds now; the question is about later.

check: prediction
advice: `.grad` yang kosong sekarang bukan tanda
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    return t.grad is not None
