"""Dropout draws anew.

check: gradients
advice: acakan Dropout-nya
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers), size):
        piece = nn.Sequential(*layers[start:start + size])
        x = checkpoint(piece, x, use_reentrant=False, preserve_rng_state=False)
    return x
