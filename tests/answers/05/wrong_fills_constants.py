"""Every leaf gets a gradient.

after: right_key
check: constants
advice: tidak meminta gradien
"""

import torch


def backward(self):
    gradien = {self: torch.ones_like(self.data)}
    for t in reversed(self.urutan()):
        g = gradien[t]
        for m, k in zip(t.masukan, t.kirim(g)):
            gradien[m] = gradien[m] + k if m in gradien else k
        if not t.masukan:
            t.grad = g if t.grad is None else t.grad + g


Tensor.backward = backward
