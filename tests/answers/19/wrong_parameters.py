"""Shrinks the parameters instead of their gradients.

check: parameters
advice: Yang dipotong gradiennya
"""

import math

import torch


def clip_by_norm(params, max_norm):
    params = list(params)
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in params if p.grad is not None))
    if not math.isfinite(norm):
        raise ValueError(norm)
    with torch.no_grad():
        for p in params:
            if p.grad is not None and norm > max_norm:
                p.mul_(max_norm / norm)
    return norm
