"""A loop that loses the shape.

check: layouts
advice: `y` berbentuk
"""

import torch


def safe_sqrt(x):
    return torch.stack([v.sqrt() if v > 0 else v * 0 for v in x.flatten()])
