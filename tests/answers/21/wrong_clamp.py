"""Cuts at 0, where the slope is infinite.

check: edges
advice: Turunan akar di 0 adalah Inf
until: torch 2.14
"""

import torch


def safe_sqrt(x):
    return x.clamp(min=0).sqrt()
