"""Logistic regression: two steps of gradient descent by hand."""

import torch

from autograd_viz import record

X = torch.tensor([[0.5, 1.0], [1.5, -0.5], [-1.0, 0.8], [2.0, 1.2]])
y = torch.tensor([1.0, 0.0, 0.0, 1.0])
w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

with record() as run:
    for _ in range(2):
        logits = X @ w + b
        peluang = torch.sigmoid(logits)
        loss = -(y * torch.log(peluang) + (1 - y) * torch.log(1 - peluang)).mean()
        loss.backward()
        with torch.no_grad():
            w -= 0.5 * w.grad
            b -= 0.5 * b.grad
        w.grad = None
        b.grad = None
