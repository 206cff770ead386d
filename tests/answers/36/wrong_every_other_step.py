"""The features are refreshed every second step.

check: deep_body
advice: Ada yang masih dihitung di luar putaran
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    for i in range(langkah):
        if i % 2 == 0:
            fitur = badan(x)
        opt.zero_grad()
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward(retain_graph=True)
        opt.step()
    return loss.item()
