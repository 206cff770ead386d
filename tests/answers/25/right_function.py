"""A function that is given its layers."""

from torch.utils.checkpoint import checkpoint


def jalankan(potongan, h):
    for lapis in potongan:
        h = lapis(h)
    return h


def run_pieces(layers, x, size):
    sisa = list(layers)
    while sisa:
        potongan, sisa = sisa[:size], sisa[size:]
        x = checkpoint(jalankan, potongan, x, use_reentrant=False)
    return x
