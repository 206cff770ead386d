"""The prediction moves out as well: nothing is new any more.

check: deep_body
advice: Ada yang masih dihitung di luar putaran
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    taksiran = kepala(torch.tanh(badan(x)))
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(taksiran, y)
        loss.backward(retain_graph=True)
        opt.step()
    return loss.item()
