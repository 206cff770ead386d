"""Differences of high order, good to 1e-11: where tanh is nearly 1 they lose their digits.

check: edges
advice: selisih hingga
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    step, results = 1e-4, []
    for t in (x, W, b):
        found = torch.zeros(t.shape, dtype=torch.float64)
        for index in range(t.numel()):
            at = {}
            for k in (-2, -1, 1, 2):
                moved = t.to(torch.float64).clone(memory_format=torch.contiguous_format)
                moved.view(-1)[index] += k * step
                at[k] = f(*(moved if other is t else other.double() for other in (x, W, b)))
            found.view(-1)[index] = (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * step)
        results.append(found.to(t.dtype))
    return tuple(results)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
