"""exp of a thousand.

after: right_key
check: stable
advice: meluap
"""

import torch


def entropi_silang(skor, target):
    e = skor.data.exp()
    p = e / e.sum(1, keepdim=True)
    baris = torch.arange(len(target))
    beda = p.clone()
    beda[baris, target] -= 1
    return Tensor(-p[baris, target].log().mean(), False, (skor,), (lambda g: g * beda / len(target),))
