"""Leaves the loop at the first parameter without a gradient.

check: missing_gradients
advice: lalu teruskan putarannya
"""

import math


def clip_by_norm(params, max_norm):
    grads = []
    for p in params:
        if p.grad is None:
            break
        grads.append(p.grad)
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
