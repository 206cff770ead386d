"""The guesses for the training pictures, not a function.

after: right_key
check: classifier
advice: seharusnya mengembalikan fungsi penebak
"""

import torch


def latih(x, y):
    w = torch.zeros(64, 10, dtype=x.dtype)
    return (x @ w).argmax(1)
