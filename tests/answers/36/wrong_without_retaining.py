"""Only the option is gone.

check: deep_body
advice: graf dari langkah sebelumnya dilalui lagi
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x)
    for _ in range(langkah):
        opt.zero_grad()
        taksiran = kepala(torch.tanh(fitur))
        loss = F.mse_loss(taksiran, y)
        loss.backward()
        opt.step()
    return loss.item()
