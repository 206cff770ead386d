"""No dtype: a list of whole numbers gives a tensor that may not require gradients.

check: element_type
advice: Daftar yang berisi bilangan bulat menjadi tensor bilangan bulat
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values) * factor
    t.requires_grad = True
    return t


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
