"""The gradient of the loss, whatever comes.

after: right_key
check: loss
advice: Sesudah `(loss + loss).backward()`
"""

import torch


def entropi_silang(skor, target):
    lp = skor.data.log_softmax(1)
    baris = torch.arange(len(target))
    beda = lp.exp()
    beda[baris, target] -= 1
    return Tensor(-lp[baris, target].mean(), False, (skor,), (lambda g: beda / len(target),))
