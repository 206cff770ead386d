"""The number in place of the name.

check: place
advice: seharusnya '0'
"""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad()
    h = x
    for nama, lapisan in enumerate(model):
        h = lapisan(h)
        if not h.isfinite().all():
            return nama
    loss = loss_fn(h, y)
    if not loss.isfinite():
        return "loss"
    loss.backward()
    for nama, p in model.named_parameters():
        if p.grad is not None and not p.grad.isfinite().all():
            opt.zero_grad()
            return nama
    opt.step()
    return ""
