"""no_grad as a decorator, the prediction as a product of matrices, gradients filled with zeros afterwards."""

import torch


@torch.no_grad()
def kepercayaan(w, b, x, y):
    return (1 + (x @ w[:, None] + b - y) ** 2).reciprocal()


def langkah(w, b, x, y, lr):
    for p in (w, b):
        if p.grad is not None:
            p.grad.zero_()
    u = kepercayaan(w, b, x, y)
    loss = torch.mean(u * (x @ w[:, None] + b - y) ** 2)
    loss.backward()
    with torch.no_grad():
        for p in (w, b):
            p.sub_(lr * p.grad)
            p.grad.zero_()
    return loss.detach().numpy().item()
