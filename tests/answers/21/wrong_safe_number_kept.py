"""Puts 1 before the root and forgets to choose after it.

check: values
advice: angka pengganti yang aman ikut terbawa
"""

import torch


def safe_sqrt(x):
    return torch.where(x > 0, x, torch.ones_like(x)).sqrt()
