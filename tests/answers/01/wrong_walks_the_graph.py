"""Calls the nodes of the graph one after the other: the derivatives are still those of autograd.

check: no_autograd
advice: simpul `grad_fn`
"""

import torch


def f(x, W, b):
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def manual_gradient(x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    y = f(*leaves)
    found, pending = {}, [(y.grad_fn, torch.ones_like(y))]
    while pending:
        node, gradient = pending.pop()
        if hasattr(node, "variable"):
            found[node.variable] = found.get(node.variable, 0) + gradient.sum_to_size(node.variable.shape)
            continue
        results = node(gradient)
        results = results if isinstance(results, tuple) else (results,)
        pending += [(parent, g) for (parent, _), g in zip(node.next_functions, results) if parent and g is not None]
    return tuple(found[t] for t in leaves)


def verify(manual_gradient, x, W, b):
    leaves = [t.detach().clone().requires_grad_() for t in (x, W, b)]
    right = torch.autograd.grad(f(*leaves), leaves)
    mine = manual_gradient(x.detach(), W.detach(), b.detach())
    return all(m.shape == r.shape and torch.allclose(m, r, rtol=1e-4, atol=1e-6) for m, r in zip(mine, right))
