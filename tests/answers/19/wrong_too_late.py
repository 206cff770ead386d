"""Looks at the norm only after multiplying.

check: nonfinite
advice: tetapi sesudah gradien diubah
"""

import torch


def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = torch.cat([g.flatten() for g in grads] or [torch.zeros(1)]).norm()
    factor = (max_norm / norm).clamp(max=1.0)
    for g in grads:
        g.mul_(factor)
    if not norm.isfinite():
        raise ValueError(norm)
    return norm
