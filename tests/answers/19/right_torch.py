"""torch does it; its RuntimeError becomes a ValueError."""

from torch import nn


def clip_by_norm(params, max_norm):
    try:
        return nn.utils.clip_grad_norm_(params, max_norm, error_if_nonfinite=True)
    except RuntimeError as error:
        raise ValueError(str(error)) from error
