"""index() compares values: the last of equal losses gets the number of the first.

check: freed
advice: kenali yang terakhir dari nomornya
"""

import torch


def each_gradient(losses, x):
    last = len(losses) - 1
    return [torch.autograd.grad(loss, x, retain_graph=losses.index(loss) < last)[0] for loss in losses]
