"""Hooks that are removed again."""

import math

import torch


def langkah_terjaga(model, opt, loss_fn, x, y):
    sakit = []

    def jaga(nama):
        def periksa(modul, masukan, hasil):
            if not torch.isfinite(hasil).all():
                sakit.append(nama)
        return periksa

    kait = [modul.register_forward_hook(jaga(nama)) for nama, modul in model.named_children()]
    try:
        loss = loss_fn(model(x), y)
    finally:
        for k in kait:
            k.remove()
    for p in model.parameters():
        p.grad = None
    if sakit:
        return sakit[0]
    if not math.isfinite(loss.item()):
        return "loss"
    loss.backward()
    buruk = [nama for nama, p in model.named_parameters() if p.grad is not None and not math.isfinite(p.grad.abs().sum().item())]
    if buruk:
        model.zero_grad()
        return buruk[0]
    opt.step()
    return ""
