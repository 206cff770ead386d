"""Lets the RuntimeError of torch through.

check: nonfinite
advice: yang dilempar `RuntimeError`
"""

from torch import nn


def clip_by_norm(params, max_norm):
    return nn.utils.clip_grad_norm_(params, max_norm, error_if_nonfinite=True)
