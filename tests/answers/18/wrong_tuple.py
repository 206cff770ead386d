"""Returns the pair of functional.hvp.

check: values
advice: pasangan (nilai f, hasil kali)
"""

import torch


def hvp(f, x, v):
    return torch.autograd.functional.hvp(f, x, v)
