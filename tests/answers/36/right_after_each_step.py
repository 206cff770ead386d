"""Computed before the loop and again at the end of each step."""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x)
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward()
        opt.step()
        fitur = badan(x)
    return loss.item()
