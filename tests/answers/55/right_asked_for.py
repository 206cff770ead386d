"""Gradients asked for, given only when well."""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    opt.zero_grad(set_to_none=True)
    hasil = [("", x)]
    for nama, lapisan in model.named_children():
        hasil.append((nama, lapisan(hasil[-1][1])))
    loss = loss_fn(hasil[-1][1], y)
    for nama, h in hasil[1:] + [("loss", loss)]:
        if torch.isnan(h).any() or torch.isinf(h).any():
            return nama
    parameter = [(nama, p) for nama, p in model.named_parameters() if p.requires_grad]
    gradien = torch.autograd.grad(loss, [p for _, p in parameter], allow_unused=True)
    for (nama, _), g in zip(parameter, gradien):
        if g is not None and not bool(g.isfinite().all()):
            return nama
    for (_, p), g in zip(parameter, gradien):
        p.grad = g
    opt.step()
    return ""
