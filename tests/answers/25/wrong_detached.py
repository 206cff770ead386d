"""Each piece begins anew.

check: gradients
advice: terputus
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers), size):
        piece = nn.Sequential(*layers[start:start + size])
        x = checkpoint(piece, x.detach(), use_reentrant=False)
    return x
