"""The new tensor asks for a gradient, which leads nowhere.

check: penalised
advice: Adakah jalan dari denda ke parameter
"""

import torch
import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        besar = torch.tensor([p.square().sum().item() for p in model.parameters()], requires_grad=True)
        loss = F.mse_loss(model(x), y) + denda * besar.sum()
        loss.backward()
        opt.step()
    return loss.item()
