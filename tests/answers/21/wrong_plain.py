"""The root alone.

check: values
advice: Akar dari angka negatif adalah NaN
"""

import torch


def safe_sqrt(x):
    return x.sqrt()
