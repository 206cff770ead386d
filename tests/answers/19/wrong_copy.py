"""Changes what flatten gives: a copy where the gradient is not contiguous.

check: in_place
advice: tidak bersambung di memori
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.flatten().mul_(max_norm / norm)
    return norm
