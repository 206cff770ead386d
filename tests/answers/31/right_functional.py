"""The trust as a part of the whole, from the loss without reduction."""

import torch.nn.functional as F


def latih(model, opt, x, y, yakin, langkah):
    bagian = (yakin / yakin.sum()).reshape(-1, 1).expand_as(y)
    for _ in range(langkah):
        opt.zero_grad(set_to_none=False)
        loss = (F.mse_loss(model(x), y, reduction="none") * bagian).sum()
        loss.backward()
        opt.step()
    return float(loss)
