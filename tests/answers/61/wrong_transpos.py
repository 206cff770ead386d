"""One line of the twenty is wrong: transpos.

check: transpos
advice: berbentuk (3, 2), seharusnya (2, 3)
"""

import torch
import torch.nn.functional as F


def kali_tiga(v, x):
    return 3 * v


def kuadrat(v, x):
    return 2 * x * v


def jumlah(v, x):
    return v.expand_as(x)


def rata(v, x):
    return v.expand_as(x) / x.numel()


def tambah_bias(v, x, b):
    return v.sum(0)


def kali_matriks(v, a, b):
    return (v @ b.T, a.T @ v)


def transpos(v, x):
    return v


def potong(v, x):
    return torch.zeros_like(x).slice_scatter(v, 0, 1, 4)


def balik(v, x):
    return v.flip(0)


def kumulatif(v, x):
    return v.flip(0).cumsum(0).flip(0)


def maksimum(v, x):
    return v * (x == x.max())


def softmax(v, x):
    return x.softmax(-1) * (v - (v * x.softmax(-1)).sum(-1, keepdim=True))


def norma(v, x):
    return v * x / x.norm()


def hasil_luar(v, a, b):
    return (v @ b, a @ v)


def konvolusi(v, x, w):
    return F.conv_transpose1d(v, w)


def ambil(v, x, i):
    return torch.zeros_like(x).index_add(0, i, v)


def ulang(v, x):
    return v.reshape(3, -1).sum(0)


def pilih(v, m, a, b):
    return (v * m, v * ~m)


def logsumexp(v, x):
    return v.unsqueeze(-1) * x.softmax(-1)


def norma_lapis(v, x):
    return (v - v.mean(-1, keepdim=True) - F.layer_norm(x, x.shape[-1:]) * (v * F.layer_norm(x, x.shape[-1:])).mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
