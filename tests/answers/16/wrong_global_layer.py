"""Lapisan.

check: mask
advice: tidak pernah membaca parameternya, `layer`
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

lapisan = nn.Linear(2, 4)
def dead_units(layer, x):
    return (torch.relu(lapisan(x[:, :2].float())) == 0).all(0)
