"""Nothing is recomputed.

check: kept
advice: masih ditahan
"""


def run_pieces(layers, x, size):
    for layer in layers:
        x = layer(x)
    return x
