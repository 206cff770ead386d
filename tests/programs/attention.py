"""One head of causal self-attention."""

import torch
from torch import nn

from autograd_viz import record

torch.manual_seed(0)
x = torch.randn(4, 8)
query, key, value = (nn.Linear(8, 4, bias=False) for _ in range(3))
tril = torch.tril(torch.ones(4, 4))

with record() as run:
    q, k, v = query(x), key(x), value(x)
    weights = q @ k.transpose(-2, -1) * 4**-0.5
    weights = weights.masked_fill(tril == 0, float("-inf"))
    weights = torch.softmax(weights, dim=-1)
    out = weights @ v
    loss = out.pow(2).mean()
    loss.backward()
