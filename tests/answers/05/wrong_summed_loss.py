"""The sum over rows.

after: right_key
check: loss
advice: Itu jumlah atas baris
"""

def entropi_silang(skor, target):
    import torch

    lp = skor.data.log_softmax(1)
    baris = torch.arange(len(target))
    beda = lp.exp()
    beda[baris, target] -= 1
    return Tensor(-lp[baris, target].sum(), False, (skor,), (lambda g: g * beda,))
