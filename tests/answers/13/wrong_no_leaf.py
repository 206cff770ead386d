"""Asks for the gradient of an x that nothing was recorded for.

check: row
advice: Masukan f tidak meminta gradien
"""

import torch


def jacobian_row(f, x, i):
    return torch.autograd.grad(f(x)[i], x)[0]
