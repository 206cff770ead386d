"""The last one is known by being the same object."""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x, retain_graph=loss is not losses[-1])[0] for loss in losses]
