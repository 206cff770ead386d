"""Looks for NaN only; Inf turns the gradients into NaN.

check: nonfinite
advice: Faktor max_norm / Inf adalah 0
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if math.isnan(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
