"""The factor itself instead of the other one.

after: right_key
check: single_operations
advice: Dikalikan faktor itu sendiri
"""

import torch


def times(self, other):
    a, b = self.data, torch.as_tensor(other.data)
    return Tensor(a * b, False, (self, other), (lambda g: g * a, lambda g: g * b))


Tensor.__mul__ = times
