"""Nothing detached: the results carry a graph when the inputs ask for one. A named tuple comes back."""

from collections import namedtuple

import torch

Gradients = namedtuple("Gradients", "gx gW gb")


def parts(x, W, b):
    h = torch.tanh(torch.nn.functional.linear(x, W.t(), b))
    return h, torch.linalg.vector_norm(h, dim=1) ** 2, torch.exp(-torch.linalg.vector_norm(x, dim=1) ** 2 / 2)


def manual_gradient(x, W, b):
    h, s, e = parts(x, W, b)
    weight = (e / (1 + s)).unsqueeze(1)
    gz = (weight * 2 * h).addcmul(weight * 2 * h * h, h, value=-1).div(x.size(0))
    direct = torch.mul(x, (e * torch.log1p(s))[:, None]).neg() / x.size(0)
    return Gradients(gb=gz.sum(0), gW=x.t().mm(gz), gx=torch.addmm(direct, gz, W.t()))


def verify(manual_gradient, x, W, b):
    x, W, b = (torch.nn.Parameter(t.detach().clone()) for t in (x, W, b))
    h = torch.tanh(x @ W + b)
    y = torch.mean(torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2))
    right = torch.autograd.grad(y, [x, W, b])
    mine = list(manual_gradient(x, W, b))
    same_shapes = [m.shape for m in mine] == [r.shape for r in right]
    if not same_shapes:
        return False
    flat = lambda parts: torch.cat([p.reshape(-1) for p in parts])
    return torch.allclose(flat(mine), flat(right), rtol=1e-5, atol=1e-6)
