"""NumPy numbers, a cut graph and a Parameter: another road to the same leaf."""

import numpy as np
import torch
from torch import nn


def make_leaf(values, factor):
    t = torch.from_numpy(np.array(values) * factor).requires_grad_(False)
    return nn.Parameter(t.to(torch.float32).detach())


def collects_grad(t):
    passes_only = t.requires_grad and not t.is_leaf and not t.retains_grad
    return t.requires_grad and not passes_only
