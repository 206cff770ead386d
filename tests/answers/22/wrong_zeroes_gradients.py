"""Empties the gradients of the training that it interrupts.

check: side_effects
advice: grad
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def evaluate(model, loss_fn, batches):
    mode = [(m, m.training) for m in model.modules()]
    model.eval()
    model.zero_grad()
    with torch.no_grad():
        a = sum(loss_fn(model(x), y).item() * len(x) for x, y in batches)
    for m, t in mode:
        m.training = t
    return a / sum(len(x) for x, _ in batches)
