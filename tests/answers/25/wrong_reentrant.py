"""The old kind loses gradients.

check: gradients
advice: Jenis checkpoint yang mana
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers), size):
        x = checkpoint(nn.Sequential(*layers[start:start + size]), x, use_reentrant=True)
    return x
