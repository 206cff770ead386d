"""What comes second replaces what came first.

after: right_key
check: reuse
advice: menimpa yang pertama
"""

import torch


def backward(self):
    gradien = {self: torch.ones_like(self.data)}
    for t in reversed(self.urutan()):
        if t.requires_grad:
            g = gradien[t]
            gradien.update({m: k for m, k in zip(t.masukan, t.kirim(g)) if m.requires_grad})
            if not t.masukan:
                t.grad = g if t.grad is None else t.grad + g


Tensor.backward = backward
