""".grad is replaced.

after: right_key
check: again
advice: tambahkan ke `.grad`
"""

import torch


def backward(self):
    gradien = {self: torch.ones_like(self.data)}
    for t in reversed(self.urutan()):
        if t.requires_grad:
            g = gradien[t]
            for m, k in zip(t.masukan, t.kirim(g)):
                if m.requires_grad:
                    gradien[m] = gradien[m] + k if m in gradien else k
            if not t.masukan:
                t.grad = g


Tensor.backward = backward
