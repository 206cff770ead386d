"""Clips every parameter by its own norm: the common direction turns.

check: clipped
advice: menurut normanya sendiri
"""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = math.sqrt(sum(g.square().sum().item() for g in grads))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for g in grads:
            g.mul_(min(1.0, max_norm / g.norm().item()))
    return norm
