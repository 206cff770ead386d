"""create_graph keeps the graph too.

check: attached
advice: `create_graph=True` mencatat perjalanan mundur itu
"""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x, create_graph=True)[0] for loss in losses]
