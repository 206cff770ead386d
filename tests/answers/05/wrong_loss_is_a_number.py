"""A number has no way back.

after: right_key
check: loss
advice: Tensor` satu angka
"""

import torch


def entropi_silang(skor, target):
    return -skor.data.log_softmax(1)[torch.arange(len(target)), target].mean().item()
