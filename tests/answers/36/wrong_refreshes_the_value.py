"""New numbers are written into the old graph: enough for one layer only.

check: deep_body
advice: graf dari langkah sebelumnya
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x)
    for _ in range(langkah):
        opt.zero_grad()
        fitur.data.copy_(badan(x))
        taksiran = kepala(torch.tanh(fitur))
        loss = F.mse_loss(taksiran, y)
        loss.backward(retain_graph=True)
        opt.step()
    return loss.item()
