"""The change of the gradient over a small step.

check: values
advice: Selisih hingga hanya mendekati
"""

import torch


def hvp(f, x, v):
    grad = torch.func.grad(f)
    eps = 1e-4
    return (grad(x + eps * v) - grad(x - eps * v)) / (2 * eps)
