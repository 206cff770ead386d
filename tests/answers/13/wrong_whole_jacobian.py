"""The whole Jacobian for one row.

check: one_backward
advice: Anda berjalan mundur 5 kali
"""

import torch


def jacobian_row(f, x, i):
    return torch.autograd.functional.jacobian(f, x.detach())[i]
