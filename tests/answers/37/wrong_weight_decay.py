"""The optimizer's own decay: the same only for plain SGD.

check: penalised
advice: `weight_decay` bukan denda
"""

import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for kelompok in opt.param_groups:
        kelompok["weight_decay"] += 2 * denda
    for _ in range(langkah):
        opt.zero_grad()
        besar = sum(p.square().sum().item() for p in model.parameters())
        loss = F.mse_loss(model(x), y)
        loss.backward()
        opt.step()
    return loss.item() + denda * besar
