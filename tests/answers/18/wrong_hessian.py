"""Builds the Hessian.

check: lean
advice: Hessian-nya sendiri
"""

import torch


def hvp(f, x, v):
    return torch.func.hessian(f)(x) @ v
