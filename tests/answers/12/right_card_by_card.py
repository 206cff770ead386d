"""Backward as the cards do it: every card adds what it passes on to what its input has received."""

import torch


def value_and_gradient(a, b):
    a, b = a.detach(), b.detach()
    L, D = a.mul(b), a.mul(2)
    K = D.add(b)
    z = L.div(K)

    ga, gb = torch.zeros_like(a), torch.zeros_like(b)
    gz = torch.ones_like(z)
    gL = gz / K
    gK = -gz * L / (K * K)
    gD = gK
    ga += gD * 2
    gb += gK
    ga += gL * b
    gb += gL * a
    return z, ga, gb
