"""Vmap over the flat elements."""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def value_and_gradient(a, b):
    def satu(p, q):
        K = 2 * p + q
        L = p * q
        return L / K, q / K - 2 * L / K ** 2, p / K - L / K ** 2
    hasil = torch.func.vmap(satu)(a.flatten(), b.flatten())
    return tuple(h.view(a.shape) for h in hasil)
