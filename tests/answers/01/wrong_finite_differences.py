"""Central differences: nine digits, and no formula.

check: values
advice: selisih hingga
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    step, results = 1e-5, []
    for t in (x, W, b):
        found = torch.zeros_like(t, memory_format=torch.contiguous_format)
        for index in range(t.numel()):
            ends = []
            for sign in (1, -1):
                moved = t.clone(memory_format=torch.contiguous_format)
                moved.view(-1)[index] += sign * step
                ends.append(f(*(moved if other is t else other for other in (x, W, b))))
            found.view(-1)[index] = (ends[0] - ends[1]) / (2 * step)
        results.append(found)
    return tuple(results)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
