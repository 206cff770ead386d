"""The gradients are emptied between backward and step.

check: trained
advice: Tidak satu parameter pun bergeser
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def latih(badan, kepala, opt, x, y, langkah):
    for _ in range(langkah):
        loss = F.mse_loss(kepala(torch.tanh(badan(x))), y)
        loss.backward()
        opt.zero_grad()
        opt.step()
    return loss.item()
