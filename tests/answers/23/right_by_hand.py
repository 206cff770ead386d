"""Dual numbers for columns, torch.autograd.grad for rows."""

import torch
from torch.autograd import forward_ad


def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    n, m = x.numel(), y.numel()
    if n < m:
        columns = []
        for v in torch.eye(n, dtype=x.dtype):
            with forward_ad.dual_level():
                tangent = forward_ad.unpack_dual(f(forward_ad.make_dual(x.detach(), v))).tangent
                columns.append(torch.zeros(m, dtype=x.dtype) if tangent is None else tangent.clone())
        return torch.stack(columns, dim=1)
    rows = []
    for one in y:
        rows.append(torch.autograd.grad(one, leaf, retain_graph=True, materialize_grads=True)[0]
                    if one.requires_grad else torch.zeros_like(x))
    return torch.stack(rows)
