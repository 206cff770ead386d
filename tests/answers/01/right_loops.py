"""Every sum of the chain rule as a loop over single numbers, with Python's math; torch only holds the results."""

import math

import torch


def manual_gradient(x, W, b):
    n, d = x.shape
    k = len(b)
    X, M, c = x.tolist(), W.tolist(), b.tolist()
    gx = [[0.0] * d for _ in range(n)]
    gW = [[0.0] * k for _ in range(d)]
    gb = [0.0] * k
    for i in range(n):
        h = [math.tanh(sum(X[i][a] * M[a][j] for a in range(d)) + c[j]) for j in range(k)]
        s = sum(v * v for v in h)
        e = math.exp(-sum(v * v for v in X[i]) / 2)
        for j in range(k):
            gz = e / (1 + s) * 2 * h[j] * (1 - h[j] ** 2) / n
            gb[j] += gz
            for a in range(d):
                gW[a][j] += X[i][a] * gz
                gx[i][a] += M[a][j] * gz
        for a in range(d):
            gx[i][a] -= X[i][a] * math.log(1 + s) * e / n
    kind = {"dtype": x.dtype, "device": x.device}
    return [torch.tensor(gx, **kind), torch.tensor(gW, **kind), torch.tensor(gb, **kind)]


def verify(manual_gradient, x, W, b):
    a, M, c = x.detach().clone(), W.detach().clone(), b.detach().clone()
    for t in (a, M, c):
        t.requires_grad = True
    h = torch.tanh(torch.addmm(c, a, M))
    loss = torch.mean(torch.log(1 + torch.sum(h**2, 1)) * torch.exp(-torch.sum(a**2, 1) / 2))
    loss.backward()
    gx, gW, gb = manual_gradient(a.detach(), M.detach(), c.detach())
    for mine, leaf in ((gx, a), (gW, M), (gb, c)):
        if mine.shape != leaf.grad.shape:
            return False
        if not torch.allclose(mine, leaf.grad, rtol=1e-4, atol=1e-5):
            return False
    return True
