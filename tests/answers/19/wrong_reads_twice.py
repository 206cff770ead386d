"""Reads params twice; a generator is empty the second time.

check: generator
advice: habis sekali dibaca
"""

import math


def clip_by_norm(params, max_norm):
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in params if p.grad is not None))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad.mul_(max_norm / norm)
    return norm
