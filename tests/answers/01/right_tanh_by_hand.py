"""tanh written out with exp, in-place steps on tensors of its own, partial functions, double precision inside."""

from functools import partial, reduce

import torch


def steps(x, W, b):
    z = x @ W
    z += b
    up, down = z.exp(), z.neg().exp()
    h = (up - down) / (up + down)
    slope = 4 / (up + down) ** 2
    return h, slope


def manual_gradient(x, W, b, work=torch.float64):
    kind = x.dtype
    x, W, b = x.to(work), W.to(work), b.to(work)
    h, slope = steps(x, W, b)
    s = torch.zeros(len(x), 1, dtype=work)
    for column in h.unbind(1):
        s += column.unsqueeze(1).pow(2)
    e = x.pow(2).sum(1, keepdim=True).div(-2).exp()
    gz = h.mul(2).mul_(slope).mul_(e).div_(1 + s).div_(len(x))
    gx = -x * torch.log(1 + s) * e / len(x)
    gx.addmm_(gz, W.T)
    gW = reduce(torch.add, (row.unsqueeze(1) * g for row, g in zip(x, gz)))
    return gx.to(kind), gW.to(kind), gz.sum(0).to(kind)


def compare(f, room, manual_gradient, x, W, b):
    saved = [(t.requires_grad, t.grad) for t in (x, W, b)]
    for t in (x, W, b):
        t.requires_grad_(True)
        t.grad = None
    f(x, W, b).backward()
    right = [t.grad for t in (x, W, b)]
    for t, (flag, grad) in zip((x, W, b), saved):
        t.requires_grad_(flag)
        t.grad = grad
    with torch.no_grad():
        mine = manual_gradient(x, W, b)
        return not any(m.shape != r.shape or not torch.allclose(m, r, atol=room) for m, r in zip(mine, right, strict=True))


def f(x, W, b):
    return (torch.tanh(x @ W + b).square().sum(1).log1p() * x.square().sum(1).mul(-0.5).exp()).mean()


verify = partial(compare, f, 1e-6)
