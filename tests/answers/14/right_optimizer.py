"""torch's own optimizer, made for one step."""

import torch


def sgd_step(params, lr):
    torch.optim.SGD(list(params), lr=lr).step()
