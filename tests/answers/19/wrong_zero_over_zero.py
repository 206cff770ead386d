"""Scales always and meets 0 / 0 where all gradients are zero.

check: short_gradients
advice: norma 0 memberi Inf atau NaN
"""

import torch


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = torch.cat([g.flatten() for g in grads] or [torch.zeros(1)]).norm()
    if not norm.isfinite():
        raise ValueError(norm)
    factor = torch.minimum(norm, torch.tensor(max_norm)) / norm
    for g in grads:
        g *= factor
    return norm
