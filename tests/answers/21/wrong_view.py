"""X.view(-1).

check: error
advice: `reshape`
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def safe_sqrt(x):
    r = x.view(-1)
    ok = r > 0
    return torch.where(ok, torch.where(ok, r, torch.ones_like(r)).sqrt(), torch.zeros_like(r)).view(x.shape)
