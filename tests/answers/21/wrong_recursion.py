"""Helper.

check: error
advice: memanggil dirinya sendiri
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def safe_sqrt(x):
    return safe_sqrt(x.clamp(min=0))
