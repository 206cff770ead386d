"""Python's own sum, of tensors."""

import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(model(x), y) + denda * sum((p ** 2).sum() for p in model.parameters())
        loss.backward()
        opt.step()
    return loss.item()
