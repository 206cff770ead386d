"""A recurrent network of one unit, unrolled over five inputs, and one step of SGD."""

import torch

from autograd_viz import record

x = [0.6, 0.4, 0.3, 0.3, 0.8]
y = torch.tensor(-0.5)
w = torch.tensor(0.5, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)

with record() as run:
    h = torch.tensor(0.0)
    for t in range(5):
        h = torch.tanh(w * h + x[t])
    loss = (h - y) ** 2
    loss.backward()
    opt.step()
    opt.zero_grad()
