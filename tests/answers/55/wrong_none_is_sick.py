"""An empty gradient counts as sick.

check: healthy
advice: teks kosong
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
    for nama, p in model.named_parameters():
        if p.grad is None or not p.grad.isfinite().all():
            opt.zero_grad()
            return nama
    opt.step()
    return ""
