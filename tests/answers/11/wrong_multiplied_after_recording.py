"""The trap of lesson 01: the product is recorded, so what comes out is no leaf.

check: leaf
advice: Perkaliannya terjadi sesudah pencatatan menyala
"""

import torch


def make_leaf(values, factor):
    return torch.tensor(values, dtype=torch.float32, requires_grad=True) * factor


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
