"""Two losses would pass: the call before the last must retain as well.

check: gradients
advice: Untuk 3 loss, graf bersama sudah dibuang
"""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x, retain_graph=i == 0)[0] for i, loss in enumerate(losses)]
