"""A closure _backward on every result, as in micrograd; gradients of results are emptied before each pass. NumPy."""

import numpy as np


class Tensor:
    def __init__(self, data, requires_grad=False, _prev=()):
        self.data = np.array(data, dtype=np.float64)
        self.requires_grad = requires_grad
        self.grad = None
        self._prev = _prev
        self._g = np.zeros_like(self.data)
        self._backward = lambda: None

    def _result(self, data, prev, backward):
        out = Tensor(data, any(p.requires_grad for p in prev), prev)
        out._backward = lambda: backward(out._g)
        return out

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)

        def backward(g):
            self._g = self._g + kempiskan(g, self.data.shape)
            other._g = other._g + kempiskan(g, other.data.shape)

        return self._result(self.data + other.data, (self, other), backward)

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)

        def backward(g):
            self._g = self._g + kempiskan(g * other.data, self.data.shape)
            other._g = other._g + kempiskan(g * self.data, other.data.shape)

        return self._result(self.data * other.data, (self, other), backward)

    def __matmul__(self, other):
        def backward(g):
            self._g = self._g + g @ other.data.T
            other._g = other._g + self.data.T @ g

        return self._result(self.data @ other.data, (self, other), backward)

    __radd__, __rmul__ = __add__, __mul__

    def sum(self):
        def backward(g):
            self._g = self._g + g * np.ones_like(self.data)

        return self._result(self.data.sum(), (self,), backward)

    def relu(self):
        def backward(g):
            self._g = self._g + g * (self.data > 0)

        return self._result(np.maximum(self.data, 0), (self,), backward)

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        for v in topo:
            v._g = np.zeros_like(v.data)
        self._g = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()
            if v.requires_grad and not v._prev:
                v.grad = v._g if v.grad is None else v.grad + v._g


def kempiskan(g, bentuk):
    g = np.asarray(g)
    lebih = g.ndim - len(bentuk)
    g = g.sum(axis=tuple(range(lebih)))
    satu = tuple(i for i, n in enumerate(bentuk) if n == 1)
    return g.sum(axis=satu, keepdims=True) if satu else g


def _view(t, data, back):
    def backward(g):
        t._g = t._g + back(g)

    return t._result(data, (t,), backward)


def ubah_bentuk(t, bentuk):
    return _view(t, t.data.reshape(bentuk), lambda g: g.reshape(t.data.shape))


def transpos(t):
    return _view(t, t.data.T, lambda g: g.T)


def potong(t, awal, akhir):
    def back(g):
        penuh = np.zeros_like(t.data)
        penuh[awal:akhir] = g
        return penuh

    return _view(t, t.data[awal:akhir], back)


def entropi_silang(skor, target):
    target = np.asarray(target)
    n = len(target)
    s = skor.data - skor.data.max(1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(1, keepdims=True))

    def back(g):
        d = p.copy()
        d[np.arange(n), target] -= 1
        return g * d / n

    return _view(skor, -log_p[np.arange(n), target].mean(), back)


def latih(x, y):
    rng = np.random.default_rng(1)
    x = np.asarray(x)
    w1 = Tensor(rng.normal(0, 0.2, (64, 32)), True)
    b1 = Tensor(np.zeros(32), True)
    w2 = Tensor(rng.normal(0, 0.2, (32, 10)), True)
    for _ in range(150):
        entropi_silang((Tensor(x) @ w1 + b1).relu() @ w2, y).backward()
        for p in (w1, b1, w2):
            p.data, p.grad = p.data - 0.5 * p.grad, None
    return lambda x: np.argmax(np.maximum(np.asarray(x) @ w1.data + b1.data, 0) @ w2.data, axis=1)
