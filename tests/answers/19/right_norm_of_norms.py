"""The norm of the norms, a factor clamped to 1, `*=` on .grad; the norm comes back as a tensor."""

import torch


def clip_by_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    if not params:
        return torch.tensor(0.0)
    norm = torch.stack([p.grad.norm() for p in params]).norm()
    if not norm.isfinite():
        raise ValueError("norma gradien bukan angka terhingga")
    factor = (max_norm / norm).clamp(max=1.0)
    for p in params:
        p.grad *= factor
    return norm
