"""All states first, one loss over all of them; cut in place."""

import torch
import torch.nn.functional as F


def latih_jendela(sel, kepala, opt, x, y, h):
    opt.zero_grad()
    h.detach_()
    keadaan = []
    for ketukan in x.unbind(dim=1):
        h = sel(ketukan, h)
        keadaan.append(h)
    loss = F.mse_loss(kepala(torch.stack(keadaan, dim=1)), y)
    loss.backward()
    opt.step()
    return loss.item(), h
