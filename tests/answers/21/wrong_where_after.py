"""The choice comes after the root, as in the lesson.

check: edges
advice: tidak menyaring turunan
"""

import torch


def safe_sqrt(x):
    return torch.where(x > 0, x.sqrt(), torch.zeros_like(x))
