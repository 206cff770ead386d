"""Compares with zero what has not been through ReLU.

check: units
advice: angka sebelum ReLU; unit yang mati di sana negatif
"""


def dead_units(layer, x):
    return (layer(x) == 0).all(dim=0)
