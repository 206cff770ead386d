"""Trains as before and reports the loss of the model.

check: deep_body
advice: graf dari langkah sebelumnya
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x)
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward(retain_graph=True)
        opt.step()
    return F.mse_loss(kepala(torch.tanh(badan(x))), y).item()
