"""NumPy shares the memory and tells nobody.

check: trained
advice: masih memakai simpanan yang sudah diubah
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    angka = peluang.detach().numpy()
    angka *= 100
    persen = torch.tensor(angka).round()
    loss.backward()
    opt.step()
    return loss.item(), persen
