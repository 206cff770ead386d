"""A unit is dead if the largest number before ReLU is not positive."""


def dead_units(layer, x):
    return layer(x).max(dim=0).values <= 0
