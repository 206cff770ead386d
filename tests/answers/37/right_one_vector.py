"""All parameters as one vector."""

import torch.nn.functional as F
from torch.nn.utils import parameters_to_vector


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        semua = parameters_to_vector(model.parameters())
        loss = F.mse_loss(model(x), y) + denda * semua.dot(semua)
        loss.backward()
        opt.step()
    return loss.item()
