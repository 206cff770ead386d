"""The line that silences is gone; the path is still cut.

check: error
advice: tidak tersambung ke tensor yang meminta gradien
"""

import torch


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        taksiran = model(x).detach().numpy()
        kuadrat = (taksiran - y.numpy()) ** 2
        loss = torch.tensor(kuadrat.mean())
        loss.backward()
        opt.step()
    return loss.item()
