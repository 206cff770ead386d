"""Adds the losses up, as one does in training.

check: gradients
advice: tidak bisa dipisahkan lagi
"""

import torch


def each_gradient(losses, x):
    return torch.autograd.grad(sum(losses), x)[0]
