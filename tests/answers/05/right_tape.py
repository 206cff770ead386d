"""One tape for all: every operation is written to a list as numbers, and backward reads the list from its end."""

import torch

PITA = []  # (number of the result, numbers of the inputs, their VJPs)


class Tensor:
    banyak = 0

    def __init__(self, data, requires_grad=False):
        self.data = torch.as_tensor(data, dtype=torch.float64)
        self.requires_grad, self.grad = requires_grad, None
        self.nomor = Tensor.banyak
        Tensor.banyak += 1

    def backward(self):
        gradien = {self.nomor: torch.ones_like(self.data)}
        daun = {}
        for nomor, masukan, vjp in reversed(PITA):
            if nomor not in gradien:
                continue
            g = gradien.pop(nomor)
            for m, f in zip(masukan, vjp):
                if m.requires_grad:
                    k = kempiskan(f(g), m.data.shape)
                    gradien[m.nomor] = gradien.get(m.nomor, 0) + k
                    if m.daun:
                        daun[m.nomor] = m
        for nomor, m in daun.items():
            m.grad = gradien[nomor] + (0 if m.grad is None else m.grad)

    @property
    def daun(self):
        return self.nomor not in HASIL

    def sum(self):
        return tulis(self.data.sum(), (self,), (lambda g: g * torch.ones_like(self.data),))

    def relu(self):
        return tulis(torch.relu(self.data), (self,), (lambda g: torch.where(self.data > 0, g, 0.0),))

    def __matmul__(self, b):
        return tulis(self.data @ b.data, (self, b), (lambda g: g @ b.data.T, lambda g: self.data.T @ g))

    def __add__(self, b):
        b = b if isinstance(b, Tensor) else Tensor(b)
        return tulis(self.data + b.data, (self, b), (lambda g: g, lambda g: g))

    def __mul__(self, b):
        b = b if isinstance(b, Tensor) else Tensor(b)
        return tulis(self.data * b.data, (self, b), (lambda g: g * b.data, lambda g: g * self.data))

    __radd__ = __add__
    __rmul__ = __mul__


HASIL = set()


def tulis(data, masukan, vjp):
    t = Tensor(data, any(m.requires_grad for m in masukan))
    if t.requires_grad:
        HASIL.add(t.nomor)
        PITA.append((t.nomor, masukan, vjp))
    return t


def kempiskan(g, bentuk):
    return g.sum_to_size(bentuk)


def ubah_bentuk(t, bentuk):
    return tulis(t.data.reshape(bentuk), (t,), (lambda g: g.reshape(t.data.shape),))


def transpos(t):
    return tulis(t.data.T, (t,), (lambda g: g.T,))


def potong(t, awal, akhir):
    sesudah = len(t.data) - akhir

    def vjp(g):
        depan = torch.zeros(awal, *t.data.shape[1:], dtype=g.dtype)
        belakang = torch.zeros(sesudah, *t.data.shape[1:], dtype=g.dtype)
        return torch.cat([depan, g, belakang])

    return tulis(t.data[awal:akhir], (t,), (vjp,))


def entropi_silang(skor, target):
    n = len(target)
    benar = torch.nn.functional.one_hot(target, skor.data.shape[1])
    loss = torch.nn.functional.cross_entropy(skor.data, target)
    return tulis(loss, (skor,), (lambda g: g * (skor.data.softmax(1) - benar) / n,))


def latih(x, y):
    w = Tensor(torch.zeros(64, 10), requires_grad=True)
    for _ in range(200):
        PITA.clear()
        entropi_silang(Tensor(x) @ w, y).backward()
        w.data, w.grad = w.data - 0.5 * w.grad, None
    return lambda x: (x @ w.data).argmax(1).tolist()
