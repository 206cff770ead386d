"""Two leaves hold one tensor of gradients, and it is added to in place.

after: right_key
check: again
advice: memegang tensor gradien yang sama
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
            if not t.masukan and t.grad is None:
                t.grad = g
            elif not t.masukan:
                t.grad += g


Tensor.backward = backward
