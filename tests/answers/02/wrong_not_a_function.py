"""A module instead of an autograd function.

check: custom_function
advice: kelas turunan `torch.autograd.Function`
"""

import torch


class MySigmoid(torch.nn.Module):
    def forward(self, x):
        return 1 / (1 + torch.exp(-x))


def my_sigmoid(x):
    return MySigmoid()(x)
