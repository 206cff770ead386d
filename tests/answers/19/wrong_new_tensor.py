"""Puts a new tensor in .grad.

check: in_place
advice: Anda ganti dengan tensor baru
"""

import math


def clip_by_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in params))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for p in params:
            p.grad = p.grad * (max_norm / norm)
    return norm
