"""Bentuk graf autograd sebagai daftar panah biasa, tanpa torch: bahan pembanding dan tes tata letak."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise


class Tape:
    """Pita yang mencatat simpul dan panah: `leaf()` tanpa masukan, `op(...)` dengan masukan urut slot."""

    def __init__(self) -> None:
        self.inputs: list[tuple[int, ...]] = []

    def leaf(self) -> int:
        return self.op()

    def op(self, *inputs: int) -> int:
        self.inputs.append(inputs)
        return len(self.inputs) - 1

    def linear(self, x: int) -> int:
        return self.op(self.leaf(), x, self.leaf())

    @property
    def edges(self) -> list[tuple[int, int, int]]:
        return [(source, target, slot) for target, row in enumerate(self.inputs) for slot, source in enumerate(row)]

    @property
    def sizes(self) -> list[tuple[float, float]]:
        return [(110.0 + 8 * (node % 4), 88.0 if row else 64.0) for node, row in enumerate(self.inputs)]


def square(t: Tape) -> None:
    w = t.leaf()
    t.op(w, w)


def diamond(t: Tape) -> None:
    x = t.op(t.leaf())
    t.op(t.op(x), t.op(x))


def scalars(t: Tape) -> None:
    a, b, c = t.leaf(), t.leaf(), t.leaf()
    product = t.op(a, b)
    t.op(t.op(t.op(product, c), t.op(a)), t.op(product, t.op(b)))


def polynomial(t: Tape) -> None:
    x = t.leaf()
    total = t.op(x)
    for _ in range(5):
        total = t.op(total, t.op(x))


def mlp(layers: int, bias: bool = True) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        x = t.leaf()
        for _ in range(layers):
            x = t.op(t.linear(x) if bias else t.op(x, t.leaf()))
        t.op(t.op(x, t.leaf()))

    return build


def residual(blocks: int) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        x = t.linear(t.leaf())
        for _ in range(blocks):
            x = t.op(x, t.linear(t.op(t.linear(x))))
        t.op(x)

    return build


def bottleneck(t: Tape) -> None:
    def norm(x: int) -> int:
        return t.op(x, t.leaf(), t.leaf())

    x = t.op(norm(t.op(t.leaf(), t.leaf())))
    for down in (True, False, False):
        y = x
        for _ in range(2):
            y = t.op(norm(t.op(y, t.leaf())))
        y = norm(t.op(y, t.leaf()))
        x = t.op(t.op(y, norm(t.op(x, t.leaf())) if down else x))
    t.op(t.op(x))


def _attention(t: Tape, x: int, heads: int = 1) -> int:
    parts = []
    for _ in range(heads):
        q, k, v = t.linear(x), t.linear(x), t.linear(x)
        parts.append(t.op(t.op(t.op(t.op(q, k))), v))
    return t.linear(parts[0] if heads == 1 else t.op(*parts))


def attention(heads: int) -> Callable[[Tape], None]:
    return lambda t: (_attention(t, t.leaf(), heads), None)[1]


def transformer(blocks: int, packed: bool = False) -> Callable[[Tape], None]:
    """Blok transformer; `packed` memakai satu proyeksi untuk q, k, dan v seperti GPT-2."""

    def build(t: Tape) -> None:
        x = t.op(t.op(t.leaf()), t.op(t.leaf()))
        for _ in range(blocks):
            y = t.op(x, t.leaf(), t.leaf())
            if packed:
                parts = t.op(t.op(t.linear(t.op(y))))
                q, k, v = (t.op(t.op(t.op(parts))) for _ in range(3))
                scores = t.op(t.op(t.op(t.op(q), t.op(t.op(k)))))
                y = t.op(t.op(t.op(t.op(t.op(scores), t.op(v)))))
                y = t.op(t.linear(t.op(y)))
            else:
                y = _attention(t, y)
            x = t.op(x, y)
            y = t.op(x, t.leaf(), t.leaf())
            x = t.op(x, t.linear(t.op(t.linear(y))))
        t.op(t.op(x, t.leaf(), t.leaf()), t.leaf())

    return build


def lstm(steps: int, shared: bool) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        h, c = t.leaf(), t.leaf()
        kept = [t.leaf() for _ in range(4)] if shared else []
        for _ in range(steps):
            w, b, u, d = kept or [t.leaf() for _ in range(4)]
            gates = t.op(t.op(b, t.leaf(), w), t.op(d, h, u))
            i, f, g, o = (t.op(t.op(gates)) for _ in range(4))
            c = t.op(t.op(f, c), t.op(i, g))
            h = t.op(o, t.op(c))
        t.op(h)

    return build


def gru(t: Tape) -> None:
    h = t.leaf()
    left, right = t.linear(t.leaf()), t.linear(h)
    a, b, c = (t.op(left) for _ in range(3))
    d, e, f = (t.op(right) for _ in range(3))
    reset, update = t.op(t.op(a, d)), t.op(t.op(b, e))
    new = t.op(t.op(c, t.op(reset, f)))
    t.op(new, t.op(update, t.op(h, new)))


def rnn(steps: int, shared: bool) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        h = t.leaf()
        kept = [t.leaf() for _ in range(3)] if shared else []
        for _ in range(steps):
            w, u, b = kept or [t.leaf() for _ in range(3)]
            h = t.op(t.op(t.op(t.op(t.leaf(), w), t.op(h, u)), b))
        t.op(h)

    return build


def double_backward(t: Tape) -> None:
    x = t.leaf()
    y = t.op(x, t.op(x))
    cosine = t.op(x)
    grad = t.op(t.op(cosine, x), t.op(x))
    t.op(t.op(grad, grad), y)


def gradnorm(tasks: int) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        shared, x = t.leaf(), t.leaf()
        hidden = t.op(t.op(x, shared))
        norms, losses = [], []
        for _ in range(tasks):
            head, weight = t.leaf(), t.leaf()
            loss = t.op(t.op(t.op(hidden, head)))
            weighted = t.op(weight, loss)
            back = t.op(t.op(weighted, t.op(loss)), head)
            norms.append(t.op(t.op(back, hidden, shared)))
            losses.append(weighted)
        mean = t.op(t.op(*norms))
        t.op(*[t.op(t.op(norm, t.op(mean, loss))) for norm, loss in zip(norms, losses, strict=True)])

    return build


def dense(layers: int) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        kept = [t.op(t.leaf())]
        for _ in range(layers):
            kept.append(t.op(t.op(*kept, t.leaf())))
        t.op(*kept)

    return build


def unet(t: Tape) -> None:
    x = t.leaf()
    kept = []
    for _ in range(4):
        x = t.op(t.linear(x))
        kept.append(x)
        x = t.op(x)
    x = t.op(t.linear(x))
    for skip in reversed(kept):
        x = t.op(t.linear(t.op(t.op(x), skip)))


def gather(t: Tape) -> None:
    x = t.leaf()
    t.op(t.op(*[t.op(t.op(x), t.leaf()) for _ in range(8)]))


def tree(t: Tape) -> None:
    row = [t.leaf() for _ in range(16)]
    while len(row) > 1:
        row = [t.op(*pair) for pair in list(pairwise(row))[::2]]


def scattered(count: int, seed: int) -> Callable[[Tape], None]:
    def build(t: Tape) -> None:
        draw = random.Random(seed)
        for node in range(count):
            if node < 2 or draw.random() < 0.25:
                t.leaf()
            else:
                near = max(0, node - 12)
                t.op(*[draw.randrange(near, node) for _ in range(draw.choice((1, 1, 2, 2, 3)))])

    return build


SHAPES: dict[str, Callable[[Tape], None]] = {
    "w·w": square,
    "belah ketupat": diamond,
    "skalar bercabang": scalars,
    "polinom": polynomial,
    "MLP 2": mlp(2),
    "MLP 4": mlp(4),
    "MLP 6 tanpa bias": mlp(6, bias=False),
    "residual 1": residual(1),
    "residual 6": residual(6),
    "bottleneck": bottleneck,
    "atensi 1": attention(1),
    "atensi 3": attention(3),
    "transformer 1": transformer(1),
    "transformer 4": transformer(4),
    "GPT 1": transformer(1, packed=True),
    "LSTM 1": lstm(1, shared=False),
    "LSTM 4": lstm(4, shared=False),
    "LSTM 4 berbagi": lstm(4, shared=True),
    "GRU": gru,
    "RNN 8": rnn(8, shared=False),
    "RNN 5 berbagi": rnn(5, shared=True),
    "backward ganda": double_backward,
    "GradNorm 2": gradnorm(2),
    "GradNorm 4": gradnorm(4),
    "dense 5": dense(5),
    "U-Net": unet,
    "gabung 8": gather,
    "pohon 16": tree,
    "acak 40": scattered(40, 1),
    "acak 80": scattered(80, 2),
}


def shape(name: str) -> tuple[list[tuple[float, float]], list[tuple[int, int, int]]]:
    """Ukuran kartu dan panah sebuah bentuk."""
    tape = Tape()
    SHAPES[name](tape)
    return tape.sizes, tape.edges


def big(build: Callable[[Tape], None]) -> tuple[list[tuple[float, float]], list[tuple[int, int, int]]]:
    """Ukuran kartu dan panah dari pembangun lain, misalnya `transformer(12, packed=True)`."""
    tape = Tape()
    build(tape)
    return tape.sizes, tape.edges
