"""The key: a pair of input and VJP for each input, gradients in a dictionary of each pass."""

import torch


class Tensor:
    def __init__(self, data, requires_grad=False, masukan=(), vjp=()):
        self.data = torch.as_tensor(data)
        self.requires_grad = requires_grad or any(m.requires_grad for m in masukan)
        self.masukan, self.vjp, self.grad = masukan, vjp, None

    def __add__(self, lain):
        return Tensor(self.data + lain.data, False, (self, lain), (lambda g: g, lambda g: g))

    def __mul__(self, lain):
        a, b = self.data, lain.data
        return Tensor(a * b, False, (self, lain), (lambda g: g * b, lambda g: g * a))

    def __matmul__(self, lain):
        a, b = self.data, lain.data
        return Tensor(a @ b, False, (self, lain), (lambda g: g @ b.T, lambda g: a.T @ g))

    def sum(self):
        a = self.data
        return Tensor(a.sum(), False, (self,), (lambda g: g.expand(a.shape),))

    def relu(self):
        a = self.data
        return Tensor(a.clamp(min=0), False, (self,), (lambda g: g * (a > 0),))

    def urutan(self):
        daftar, tumpukan = {}, [(self, False)]
        while tumpukan:
            t, siap = tumpukan.pop()
            if siap:
                daftar[t] = None
            elif t not in daftar:
                tumpukan += [(t, True), *((m, False) for m in t.masukan)]
        return list(daftar)

    def kirim(self, g):
        return [vjp(g) for vjp in self.vjp]

    def backward(self):
        gradien = {self: torch.ones_like(self.data)}
        for t in reversed(self.urutan()):
            if not t.requires_grad:
                continue
            g = gradien[t]
            for m, k in zip(t.masukan, t.kirim(g)):
                if m.requires_grad:
                    gradien[m] = gradien[m] + k if m in gradien else k
            if not t.masukan:
                t.grad = g.clone() if t.grad is None else t.grad + g

def kempiskan(g, bentuk):
    while g.ndim > len(bentuk):
        g = g.sum(0)
    for sumbu, ukuran in enumerate(bentuk):
        if ukuran == 1:
            g = g.sum(sumbu, keepdim=True)
    return g

def bungkus(x):
    return x if isinstance(x, Tensor) else Tensor(torch.as_tensor(x, dtype=torch.float64))


def kirim(self, g):
    return [kempiskan(vjp(g), m.data.shape) for m, vjp in zip(self.masukan, self.vjp)]


tambah, kali = Tensor.__add__, Tensor.__mul__
Tensor.kirim = kirim
Tensor.__add__ = Tensor.__radd__ = lambda a, b: tambah(a, bungkus(b))
Tensor.__mul__ = Tensor.__rmul__ = lambda a, b: kali(a, bungkus(b))

def ubah_bentuk(t, bentuk):
    a = t.data
    return Tensor(a.reshape(bentuk), False, (t,), (lambda g: g.reshape(a.shape),))


def transpos(t):
    return Tensor(t.data.T, False, (t,), (lambda g: g.T,))


def potong(t, awal, akhir):
    a = t.data

    def vjp(g):
        penuh = torch.zeros_like(a)
        penuh[awal:akhir] = g
        return penuh

    return Tensor(a[awal:akhir], False, (t,), (vjp,))

def entropi_silang(skor, target):
    s = skor.data - skor.data.max(1, keepdim=True).values
    log_softmax = s - s.exp().sum(1, keepdim=True).log()
    baris = torch.arange(len(target))
    beda = log_softmax.exp()
    beda[baris, target] -= 1
    return Tensor(-log_softmax[baris, target].mean(), False, (skor,), (lambda g: g * beda / len(target),))

def latih(x, y):
    benih = torch.Generator().manual_seed(0)
    w = Tensor(0.01 * torch.randn(64, 10, generator=benih, dtype=x.dtype), requires_grad=True)
    b = Tensor(torch.zeros(10, dtype=x.dtype), requires_grad=True)
    gambar = Tensor(x)
    for putaran in range(200):
        entropi_silang(gambar @ w + b, y).backward()
        for p in (w, b):
            p.data = p.data - 0.5 * p.grad
            p.grad = None

    def tebak(x):
        return (x @ w.data + b.data).argmax(1)

    return tebak
