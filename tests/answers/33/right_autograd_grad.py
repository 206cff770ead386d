"""The gradients are asked for and handed to the optimizer."""

import torch


def latih(model, opt, x, y, langkah):
    params = list(model.parameters())
    for _ in range(langkah):
        selisih = model(x) - y
        loss = (selisih * selisih).sum() / selisih.numel()
        for p, g in zip(params, torch.autograd.grad(loss, params)):
            p.grad = g
        opt.step()
        opt.zero_grad()
    return loss.item()
