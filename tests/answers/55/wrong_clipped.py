"""A sick norm is clipped away.

check: healthy
advice: Semula `.grad` berisi 7
"""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad()
    h = x
    for nama, lapisan in model.named_children():
        h = lapisan(h)
        if not h.isfinite().all():
            return nama
    loss = loss_fn(h, y)
    if not loss.isfinite():
        return "loss"
    loss.backward()
    torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)
    opt.step()
    return ""
