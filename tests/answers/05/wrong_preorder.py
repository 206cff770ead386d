"""The order in which results are met, read forwards.

after: right_key
check: reuse
advice: urutan topologis yang dibalik
"""

def urutan(self):
    daftar, tumpukan = [], [self]
    while tumpukan:
        t = tumpukan.pop()
        if t not in daftar:
            daftar.append(t)
            tumpukan += t.masukan
    return daftar[::-1]


Tensor.urutan = urutan
kirim_semua = Tensor.backward


def backward(self):
    import torch

    gradien = {self: torch.ones_like(self.data)}
    for t in reversed(self.urutan()):
        if t.requires_grad and t in gradien:
            g = gradien[t]
            for m, k in zip(t.masukan, t.kirim(g)):
                if m.requires_grad:
                    gradien[m] = gradien[m] + k if m in gradien else k
            if not t.masukan:
                t.grad = g if t.grad is None else t.grad + g


Tensor.backward = backward
