"""Tidies the values up in a copy that has no graph.

check: gradient
advice: tidak tersambung ke x
"""

import torch


def safe_sqrt(x):
    return torch.nan_to_num(x.detach().sqrt())
