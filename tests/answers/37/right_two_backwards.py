"""Two losses, one after the other."""

import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        meleset = F.mse_loss(model(x), y)
        meleset.backward()
        hukuman = denda * sum(p.pow(2).sum() for p in model.parameters())
        hukuman.backward()
        opt.step()
    return (meleset + hukuman).item()
