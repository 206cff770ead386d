"""Does not look for NaN: NaN > max_norm is False.

check: nonfinite
advice: tanpa galat
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
