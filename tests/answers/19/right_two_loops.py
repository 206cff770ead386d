"""Two loops over a list, the norm as a Python float."""

import math


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = 0.0
    for g in grads:
        total += (g * g).sum().item()
    norm = math.sqrt(total)
    if not math.isfinite(norm):
        raise ValueError("norma gradien tidak terhingga")
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
