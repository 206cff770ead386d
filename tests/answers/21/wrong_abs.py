"""The root of the absolute value.

check: values
advice: Itu √|x|
"""

import torch


def safe_sqrt(x):
    return x.abs().sqrt()
