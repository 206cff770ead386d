"""Builds its results in float32, whatever came in.

check: value
advice: dtype `z` adalah torch.float32, seharusnya torch.float64
"""

import torch


def value_and_gradient(a, b):
    z, ga, gb = torch.zeros(a.shape), torch.zeros(a.shape), torch.zeros(a.shape)
    K = 2 * a + b
    z += a * b / K
    ga += b / K - 2 * a * b / K**2
    gb += a / K - a * b / K**2
    return z, ga, gb
