"""Runs in the mode of training.

check: side_effects
advice: berjalan dalam mode train
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def evaluate(model, loss_fn, batches):
    with torch.no_grad():
        a = sum(loss_fn(model(x), y).item() * len(x) for x, y in batches)
    return a / sum(len(x) for x, _ in batches)
