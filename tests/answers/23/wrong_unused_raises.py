"""Rows by torch.autograd.grad, which refuses a result that has no graph.

check: independent
advice: Hasil yang tidak bergantung pada x punya baris nol
"""

import torch


def jacobian(f, x):
    if x.numel() < f(x).numel():
        return torch.func.jacfwd(f)(x)
    leaf = x.detach().clone().requires_grad_()
    return torch.stack([torch.autograd.grad(one, leaf, retain_graph=True)[0] for one in f(leaf)])
