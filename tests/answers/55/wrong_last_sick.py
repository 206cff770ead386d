"""The last sick layer.

check: place
advice: kemudian ikut sakit
"""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad()
    h, sakit = x, None
    for nama, lapisan in model.named_children():
        h = lapisan(h)
        if not h.isfinite().all():
            sakit = nama
    if sakit is not None:
        return sakit
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
