"""Fills a missing gradient with zeros.

check: missing_gradients
advice: optimizer seperti AdamW
"""

import math

import torch


def clip_by_norm(params, max_norm):
    params = list(params)
    for p in params:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    norm = math.sqrt(sum(p.grad.square().sum().item() for p in params))
    if not math.isfinite(norm):
        raise ValueError(norm)
    if norm > max_norm:
        for p in params:
            p.grad.mul_(max_norm / norm)
    return norm
