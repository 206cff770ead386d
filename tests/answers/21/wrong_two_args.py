"""Safe_sqrt(x, eps).

check: signature
advice: tidak bisa dipanggil seperti di Tugas
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def safe_sqrt(x, eps):
    return (x + eps).sqrt()
