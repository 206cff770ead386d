"""Forgets retain_graph.

check: gradients
advice: Setiap panggilan kecuali yang terakhir memerlukan `retain_graph=True`
"""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x)[0] for loss in losses]
