"""A class for every operation, with forward and backward, as in torch.autograd.Function; order by a birth number."""

import heapq
import itertools

import torch

NOMOR = itertools.count()


class Tensor:
    def __init__(self, data, requires_grad=False, fn=None, masukan=()):
        self.data = torch.as_tensor(data).double()
        self.requires_grad, self.fn, self.masukan = requires_grad, fn, masukan
        self.grad, self.lahir = None, next(NOMOR)

    def backward(self):
        menunggu = {self.lahir: (self, torch.ones_like(self.data))}
        antrean = [-self.lahir]
        while antrean:
            t, g = menunggu.pop(-heapq.heappop(antrean))
            if t.fn is None:
                t.grad = g.clone() if t.grad is None else t.grad + g
                continue
            for m, k in zip(t.masukan, t.fn.backward(g)):
                if not m.requires_grad:
                    continue
                k = kempiskan(k, tuple(m.data.shape))
                if m.lahir in menunggu:
                    menunggu[m.lahir] = (m, menunggu[m.lahir][1] + k)
                else:
                    menunggu[m.lahir] = (m, k)
                    heapq.heappush(antrean, -m.lahir)

    def __add__(self, b):
        return Tambah.pakai(self, b)

    def __mul__(self, b):
        return Kali.pakai(self, b)

    def __matmul__(self, b):
        return KaliMatriks.pakai(self, b)

    def __radd__(self, b):
        return Tambah.pakai(b, self)

    def __rmul__(self, b):
        return Kali.pakai(b, self)

    def sum(self):
        return Jumlah.pakai(self)

    def relu(self):
        return Relu.pakai(self)


class Operasi:
    @classmethod
    def pakai(cls, *masukan, **lain):
        masukan = tuple(m if isinstance(m, Tensor) else Tensor(m) for m in masukan)
        fn = cls()
        data = fn.forward(*(m.data for m in masukan), **lain)
        perlu = any(m.requires_grad for m in masukan)
        return Tensor(data, perlu, fn if perlu else None, masukan if perlu else ())


class Tambah(Operasi):
    def forward(self, a, b):
        return a + b

    def backward(self, g):
        return g, g


class Kali(Operasi):
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, g):
        return g * self.b, g * self.a


class KaliMatriks(Kali):
    def forward(self, a, b):
        self.a, self.b = a, b
        return a @ b

    def backward(self, g):
        return g @ self.b.T, self.a.T @ g


class Jumlah(Operasi):
    def forward(self, a):
        self.bentuk = a.shape
        return a.sum()

    def backward(self, g):
        return (torch.ones(self.bentuk, dtype=g.dtype) * g,)


class Relu(Operasi):
    def forward(self, a):
        self.topeng = (a > 0).double()
        return a * self.topeng

    def backward(self, g):
        return (g * self.topeng,)


class Bentuk(Operasi):
    def forward(self, a, ke):
        self.dari = a.shape
        return a.reshape(ke)

    def backward(self, g):
        return (g.reshape(self.dari),)


class Transpos(Operasi):
    def forward(self, a):
        return a.T

    def backward(self, g):
        return (g.T,)


class Potong(Operasi):
    def forward(self, a, awal, akhir):
        self.bentuk, self.di = a.shape, slice(awal, akhir)
        return a[self.di]

    def backward(self, g):
        penuh = torch.zeros(self.bentuk, dtype=g.dtype)
        penuh[self.di] = g
        return (penuh,)


class EntropiSilang(Operasi):
    def forward(self, s, target):
        self.target = target
        self.p = s.softmax(1)
        return (s.logsumexp(1) - s.gather(1, target[:, None])[:, 0]).mean()

    def backward(self, g):
        beda = self.p.clone()
        for baris, kelas in enumerate(self.target.tolist()):
            beda[baris, kelas] -= 1
        return (g * beda / len(beda),)


def kempiskan(g, bentuk):
    g = g.reshape((1,) * (len(bentuk) - g.ndim) + tuple(g.shape))
    depan = g.ndim - len(bentuk)
    sumbu = [i for i in range(g.ndim) if i < depan or bentuk[i - depan] == 1]
    return (g.sum(sumbu, keepdim=True) if sumbu else g).reshape(bentuk)


def ubah_bentuk(t, bentuk):
    return Bentuk.pakai(t, ke=bentuk)


def transpos(t):
    return Transpos.pakai(t)


def potong(t, awal, akhir):
    return Potong.pakai(t, awal=awal, akhir=akhir)


def entropi_silang(skor, target):
    return EntropiSilang.pakai(skor, target=target)


def latih(x, y):
    torch.manual_seed(0)
    w, b = Tensor(0.01 * torch.randn(64, 10), True), Tensor(torch.zeros(10), True)
    for awal in range(0, 4 * len(x), 100):
        i = torch.arange(awal, awal + 100) % len(x)
        for _ in range(8):
            w.grad = b.grad = None
            entropi_silang(Tensor(x[i]) @ w + b, y[i]).backward()
            w.data -= 0.3 * w.grad
            b.data -= 0.3 * b.grad

    def tebak(x):
        return (x @ w.data + b.data).argmax(dim=-1)

    return tebak
