"""Unit by unit and row by row."""

import torch


def dead_units(layer, x):
    answer = []
    for unit in range(layer.out_features):
        alive = False
        for row in x:
            if (layer.weight[unit] * row).sum() + layer.bias[unit] > 0:
                alive = True
        answer.append(not alive)
    return torch.tensor(answer)
