"""A whole factor repeats the list; only a fraction was thought of.

check: values
advice: Daftar Python yang dikalikan bilangan bulat diulang
"""

import torch


def make_leaf(values, factor):
    if isinstance(factor, int):
        t = torch.tensor(values * factor, dtype=torch.float32)
    else:
        t = torch.tensor(values, dtype=torch.float32) * factor
    return t.requires_grad_()


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
