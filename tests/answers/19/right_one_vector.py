"""One long vector for the norm; an assignment into .grad; a small number in the denominator."""

import torch


@torch.no_grad()
def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    long = torch.cat([g.flatten() for g in grads] or [torch.zeros(1)])
    norm = torch.linalg.vector_norm(long)
    if norm.isnan() or norm.isinf():
        raise ValueError
    factor = min(1.0, max_norm / (norm.item() + 1e-6))
    for g in grads:
        g[...] = g * factor
    return norm.item()
