"""A small number inside the root: at 0 the value is not 0.

check: values
advice: bukan kira-kira 0
"""

import torch


def safe_sqrt(x):
    return (x.clamp(min=0) + 1e-12).sqrt()
