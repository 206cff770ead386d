"""Each row is summed up before its trust is asked for."""

import torch


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        per_baris = (model(x) - y).pow(2).sum(dim=1)
        loss = torch.dot(yakin, per_baris) / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
