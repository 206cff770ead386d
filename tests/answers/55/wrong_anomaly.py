"""Left to anomaly mode, which knows no Inf.

check: place
advice: jawabannya seharusnya
"""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad()
    try:
        with torch.autograd.detect_anomaly():
            loss = loss_fn(model(x), y)
            loss.backward()
    except RuntimeError as galat:
        opt.zero_grad()
        return str(galat)
    opt.step()
    return ""
