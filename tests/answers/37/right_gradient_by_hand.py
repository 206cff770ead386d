"""The penalty's gradient is added by its formula."""

import torch
import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        besar = 0.0
        with torch.no_grad():
            for p in model.parameters():
                besar += p.square().sum().item()
                p.grad += 2 * denda * p
        opt.step()
    return loss.item() + denda * besar
