"""Leaves the other elements out.

check: values
advice: Setiap unsur x punya satu hasil
"""

import torch


def safe_sqrt(x):
    return x[x > 0].sqrt()
