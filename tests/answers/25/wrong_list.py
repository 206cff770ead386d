"""All results are kept and handed back.

check: value
advice: sebuah tensor
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    hasil = [x]
    for start in range(0, len(layers), size):
        piece = nn.Sequential(*layers[start:start + size])
        hasil.append(checkpoint(piece, hasil[-1], use_reentrant=False))
    return hasil
