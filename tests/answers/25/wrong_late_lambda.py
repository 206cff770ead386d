"""The lambda sees the last piece when it runs again.

check: gradients
advice: Dropout
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    for start in range(0, len(layers), size):
        x = checkpoint(lambda t: nn.Sequential(*layers[start:start + size])(t), x, use_reentrant=False)
    return x
