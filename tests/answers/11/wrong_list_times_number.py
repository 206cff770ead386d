"""The list itself is multiplied: Python refuses a fraction.

check: element_type
advice: sebuah daftar tidak bisa dikalikan pecahan
"""

import torch


def make_leaf(values, factor):
    return torch.tensor(values * factor, dtype=torch.float32, requires_grad=True)


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
