"""The right question with the wrong answer.

check: fewest
advice: Pilih arahnya dari banyaknya masukan dan hasil
"""

import torch


def jacobian(f, x):
    tool = torch.func.jacrev if x.numel() < f(x).numel() else torch.func.jacfwd
    return tool(f)(x)
