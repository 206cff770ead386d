"""The mean forwards, the sum backwards.

after: right_key
check: loss
advice: dibagi banyaknya baris
"""

def entropi_silang(skor, target):
    import torch

    lp = skor.data.log_softmax(1)
    baris = torch.arange(len(target))
    beda = lp.exp()
    beda[baris, target] -= 1
    return Tensor(-lp[baris, target].mean(), False, (skor,), (lambda g: g * beda,))
