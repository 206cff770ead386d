"""All in one.

check: kept
advice: lebih panjang daripada `size`
"""

from torch import nn
from torch.utils.checkpoint import checkpoint


def run_pieces(layers, x, size):
    return checkpoint(nn.Sequential(*layers), x, use_reentrant=False)
