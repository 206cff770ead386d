"""Forgets that ReLU gives 0 for 0.

check: boundary
advice: turunannya di sana juga 0
"""


def dead_units(layer, x):
    return (layer(x) < 0).all(dim=0)
