"""retain_graph for all but the last, by number."""

import torch


def each_gradient(losses, x):
    result = []
    for i, loss in enumerate(losses):
        result.append(torch.autograd.grad(loss, x, retain_graph=i < len(losses) - 1)[0])
    return result
