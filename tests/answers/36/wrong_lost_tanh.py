"""The tanh got lost on the way.

check: trained
advice: tanpa tanh
"""

import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(kepala(badan(x)), y)
        loss.backward()
        opt.step()
    return loss.item()
