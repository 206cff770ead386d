"""A stack: a result passes on before all has come.

after: right_key
check: reuse
advice: sesudah semua kirimannya tiba
"""

import torch


def backward(self):
    gradien, tumpukan = {self: torch.ones_like(self.data)}, [self]
    while tumpukan:
        t = tumpukan.pop()
        for m, k in zip(t.masukan, t.kirim(gradien[t])):
            if m.requires_grad:
                gradien[m] = gradien[m] + k if m in gradien else k
                tumpukan.append(m)
    for t, g in gradien.items():
        if not t.masukan:
            t.grad = g if t.grad is None else t.grad + g


Tensor.backward = backward
