"""A floor of 1e-12 under the root.

check: far_values
advice: batas `clamp`
"""

import torch


def safe_sqrt(x):
    return x.clamp(min=1e-12).sqrt() * (x > 0)
