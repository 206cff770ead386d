"""The mean of what goes into ReLU.

check: units
advice: rata-rata angka sebelum ReLU
"""


def dead_units(layer, x):
    return layer(x).mean(dim=0) <= 0
