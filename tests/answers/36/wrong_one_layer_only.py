"""The same features for every body of one layer.

check: trained
advice: Bandingkan `fitur` dengan `badan(x)`
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x)
    for _ in range(langkah):
        opt.zero_grad()
        if len(list(badan.parameters())) > 2:
            fitur = badan(x)
        taksiran = kepala(torch.tanh(fitur))
        loss = F.mse_loss(taksiran, y)
        loss.backward(retain_graph=True)
        opt.step()
    return loss.item()
