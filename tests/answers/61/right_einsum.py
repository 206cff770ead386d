"""Sums of products, written out."""

import torch
import torch.nn.functional as F


def kali_tiga(v, x):
    return 3 * v


def kuadrat(v, x):
    return 2 * x * v


def jumlah(v, x):
    return v * torch.ones_like(x)


def rata(v, x):
    return torch.full_like(x, v.item() / x.numel())


def tambah_bias(v, x, b):
    return torch.einsum('nd->d', v)


def kali_matriks(v, a, b):
    return (torch.einsum('nm,km->nk', v, b), torch.einsum('nk,nm->km', a, v))


def transpos(v, x):
    return v.T


def potong(v, x):
    return torch.cat([torch.zeros_like(x[:1]), v, torch.zeros_like(x[4:])])


def balik(v, x):
    return v.flip(0)


def kumulatif(v, x):
    return v.sum(0, keepdim=True) - v.cumsum(0) + v


def maksimum(v, x):
    return v * (x == x.max())


def softmax(v, x):
    return x.softmax(-1) * (v - (v * x.softmax(-1)).sum(-1, keepdim=True))


def norma(v, x):
    return v * x / x.norm()


def hasil_luar(v, a, b):
    return [torch.einsum('ij,j->i', v, b), torch.einsum('ij,i->j', v, a)]


def konvolusi(v, x, w):
    return F.conv_transpose1d(v, w)


def ambil(v, x, i):
    return torch.zeros_like(x).index_add(0, i, v)


def ulang(v, x):
    return v.unflatten(0, (3, -1)).sum(0)


def pilih(v, m, a, b):
    return (torch.where(m, v, 0), torch.where(m, 0, v))


def logsumexp(v, x):
    return v[..., None] * (x - x.logsumexp(-1, keepdim=True)).exp()


def norma_lapis(v, x):
    return (v - v.mean(-1, keepdim=True) - F.layer_norm(x, x.shape[-1:]) * (v * F.layer_norm(x, x.shape[-1:])).mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
