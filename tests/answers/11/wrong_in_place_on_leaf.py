"""Multiplies the leaf in place while operations are recorded.

check: element_type
advice: isi daun yang sudah meminta gradien tidak boleh ditimpa
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32, requires_grad=True)
    t *= factor
    return t


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
