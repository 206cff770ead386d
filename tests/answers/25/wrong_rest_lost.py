"""Whole pieces only.

check: value
advice: tepat sekali
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers) // size * size, size):
        x = checkpoint(nn.Sequential(*layers[start:start + size]), x, use_reentrant=False)
    return x
