"""Right numbers, and the graph stays.

check: freed
advice: Loss terakhir tidak memerlukan `retain_graph=True`
"""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x, retain_graph=True)[0] for loss in losses]
