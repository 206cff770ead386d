"""NumPy counts in float64, and the tensor follows.

check: element_type
advice: bertipe torch.float64, seharusnya torch.float32
"""

import numpy as np
import torch


def make_leaf(values, factor):
    return torch.tensor(np.array(values, dtype=float) * factor, requires_grad=True)


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
