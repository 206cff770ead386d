"""Adds the norms of the parameters.

check: norm
advice: Itu jumlah norma setiap parameter
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = sum(g.norm().item() for g in grads)
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
