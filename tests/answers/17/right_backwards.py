"""Goes from the last to the first; the graph goes with the first."""

import torch


def each_gradient(losses, x):
    grads = {}
    for i in reversed(range(len(losses))):
        (grads[i],) = torch.autograd.grad(losses[i], x, retain_graph=i > 0)
    return tuple(grads[i] for i in range(len(losses)))
