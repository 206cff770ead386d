"""Divides by the norm, so the norm becomes 1 whatever max_norm is.

check: clipped
advice: bukan 1 / norma
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.mul_(1 / norm)
    return norm
