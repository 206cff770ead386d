"""Returns a generator expression.

check: returns
advice: generator
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def each_gradient(losses, x):
    return (torch.autograd.grad(l, x, retain_graph=k < len(losses) - 1)[0] for k, l in enumerate(losses))
