"""The old kind, because nothing was said.

check: gradients
advice: Jenis checkpoint yang mana
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers), size):
        x = checkpoint(nn.Sequential(*layers[start:start + size]), x)
    return x
