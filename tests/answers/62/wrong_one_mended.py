"""The penalty only.

check: faults
advice: 3 masih ada
"""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from jejak.catalog import find

exec(compile(find("62_rekan_baru").given, "<rekan>", "exec"))


def besar_bobot(model):
    return sum(p.square().sum() for p in model.parameters() if p.ndim > 1)
