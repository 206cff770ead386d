"""Inf passes.

check: place
advice: Sakitnya sudah ada waktu maju
"""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad()
    h = x
    for nama, lapisan in model.named_children():
        h = lapisan(h)
        if h.isnan().any():
            return nama
    loss = loss_fn(h, y)
    if loss.isnan():
        return "loss"
    loss.backward()
    for nama, p in model.named_parameters():
        if p.grad is not None and p.grad.isnan().any():
            opt.zero_grad()
            return nama
    opt.step()
    return ""
