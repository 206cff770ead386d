"""Recursion over every path from the result to a leaf: slow where ways meet, and right. Everything from lists of pairs."""

import torch


class Tensor:
    def __init__(self, data, requires_grad=False, pasangan=()):
        self.data = torch.as_tensor(data, dtype=torch.float64)
        self.pasangan = pasangan
        self.requires_grad = requires_grad
        self.grad = None

    def _mundur(self, g):
        if not self.pasangan and self.requires_grad:
            self.grad = g if self.grad is None else self.grad + g
        for masukan, vjp in self.pasangan:
            masukan._mundur(kempiskan(vjp(g), masukan.data.shape))

    def backward(self):
        self._mundur(torch.ones_like(self.data))

    def _jadi(self, data, *pasangan):
        return Tensor(data, any(m.requires_grad for m, _ in pasangan), pasangan)

    def __add__(self, b):
        b = _t(b)
        return self._jadi(self.data + b.data, (self, lambda g: g), (b, lambda g: g))

    def __mul__(self, b):
        b = _t(b)
        return self._jadi(self.data * b.data, (self, lambda g: g * b.data), (b, lambda g: g * self.data))

    def __matmul__(self, b):
        return self._jadi(self.data @ b.data, (self, lambda g: g @ b.data.mT), (b, lambda g: self.data.mT @ g))

    __radd__ = __add__
    __rmul__ = __mul__

    def sum(self):
        return self._jadi(torch.einsum("...->", self.data), (self, lambda g: g.broadcast_to(self.data.shape)))

    def relu(self):
        return self._jadi(self.data.maximum(torch.zeros(())), (self, lambda g: g * (self.data > 0)))


def _t(x):
    return x if isinstance(x, Tensor) else Tensor(x)


def kempiskan(g, bentuk):
    bentuk = tuple(bentuk)
    if g.ndim > len(bentuk):
        return kempiskan(g.sum(0), bentuk)
    for i, n in enumerate(bentuk):
        if n == 1 and g.shape[i] > 1:
            g = g.sum(i, keepdim=True)
    return g


def ubah_bentuk(t, bentuk):
    return t._jadi(t.data.view(bentuk) if t.data.is_contiguous() else t.data.reshape(bentuk), (t, lambda g: g.reshape(t.data.shape)))


def transpos(t):
    return t._jadi(t.data.transpose(0, 1), (t, lambda g: g.transpose(0, 1)))


def potong(t, awal, akhir):
    pilih = torch.eye(len(t.data), dtype=torch.float64)[awal:akhir]
    bentuk = t.data.shape
    return t._jadi(t.data[awal:akhir], (t, lambda g: (pilih.T @ g.reshape(len(g), -1)).reshape(bentuk)))


def entropi_silang(skor, target):
    satu = torch.nn.functional.one_hot(target, skor.data.shape[-1]).double()
    s = skor.data - skor.data.amax(1, keepdim=True)
    log_p = s - s.exp().sum(1, keepdim=True).log()
    return skor._jadi(-(satu * log_p).sum() / len(satu), (skor, lambda g: g * (log_p.exp() - satu) / len(satu)))


def latih(x, y):
    w = Tensor(torch.zeros(64, 10), True)
    for k in range(120):
        w.grad = None
        entropi_silang(Tensor(x) @ w, y).backward()
        w.data = w.data - 0.6 * w.grad
    return lambda x: torch.tensor([int(baris.argmax()) for baris in x @ w.data])
