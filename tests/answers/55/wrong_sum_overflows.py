"""Asks the sum, which overflows before its parts.

check: large
advice: jumlah dan normanya meluap
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def langkah_terjaga(model, opt, loss_fn, x, y):
    model.zero_grad()
    h = x
    for nama, lapis in model.named_children():
        h = lapis(h)
        if not math.isfinite(h.sum().item()):
            return nama
    loss = loss_fn(h, y)
    if not math.isfinite(loss.item()):
        return "loss"
    loss.backward()
    for n, p in model.named_parameters():
        if p.grad is not None and not math.isfinite(p.grad.sum().item()):
            model.zero_grad()
            return n
    opt.step()
    return ""
