"""The functional style."""

import torch


def jacobian_row(f, x, i):
    y, pull = torch.func.vjp(f, x.detach())
    v = torch.nn.functional.one_hot(torch.tensor(i), y.numel()).to(y.dtype)
    (row,) = pull(v)
    return row.detach()
