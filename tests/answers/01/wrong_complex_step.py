"""The difference quotient along the imaginary axis: exact to the last digit, and no formula.

check: no_autograd
advice: langkah kompleks
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    results = []
    for at in range(3):
        points = [t.to(torch.complex128) for t in (x, W, b)]
        found = torch.zeros_like(points[at].real)
        for index in range(found.numel()):
            moved = [p.clone(memory_format=torch.contiguous_format) for p in points]
            moved[at].view(-1)[index] += 1e-30j
            h = torch.tanh(moved[0] @ moved[1] + moved[2])
            y = (torch.log(1 + (h * h).sum(1)) * torch.exp(-(moved[0] ** 2).sum(1) / 2)).mean()
            found.view(-1)[index] = y.imag / 1e-30
        results.append(found.to((x, W, b)[at].dtype))
    return tuple(results)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
