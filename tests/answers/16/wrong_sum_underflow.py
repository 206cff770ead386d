"""Sum of squares.

check: tiny
advice: menjadi 0
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def dead_units(layer, x):
    return (torch.relu(layer(x)) ** 2).sum(0) == 0
