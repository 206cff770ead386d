"""Everything is computed inside the loop."""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        fitur = badan(x)
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward()
        opt.step()
    return loss.item()
