"""The loss put together from small operations of the engine, shifted by a constant; the rest as in the key.

after: right_key
"""

import torch


def _exp(t):
    y = t.data.exp()
    return Tensor(y, False, (t,), (lambda g: g * y,))


def _log(t):
    x = t.data
    return Tensor(x.log(), False, (t,), (lambda g: g / x,))


def entropi_silang(skor, target):
    n, k = skor.data.shape
    puncak = Tensor(-skor.data.amax(1, keepdim=True))
    s = skor + puncak
    satu = Tensor(torch.ones(k, 1, dtype=torch.float64))
    benar = Tensor(torch.eye(k, dtype=torch.float64)[target])
    return (_log(_exp(s) @ satu).sum() + -1 * (s * benar).sum()) * (1 / n)
