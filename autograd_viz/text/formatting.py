"""Bentuk, angka, dan keadaan simpanan sebagai teks yang dibaca pelajar."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence

from autograd_viz.graph import Number, Saved, Value

FEW = 6  # up to so many numbers are written out on a card
_PLAIN_DTYPES = {None, "float32"}


def clean(text: str) -> str:
    """Teks satu baris tanpa karakter kendali.

    >>> clean("baris satu\\nbaris dua\\x00")
    'baris satu baris dua�'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def number(value: Number) -> str:
    """Satu angka seperti yang dicetak PyTorch: empat desimal di bawah 1, selain itu empat angka penting.

    >>> [number(n) for n in (3.0, -0.48213, 0.0666667, 2.5e-7, float("nan"), True, 1 + 2j)]
    ['3', '−0.4821', '0.0667', '2.5e−07', 'nan', 'True', '1+2j']
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, complex):
        if not cmath.isfinite(value):
            return str(value).replace("-", "−")
        imaginary = number(value.imag)
        return f"{number(value.real)}{'' if imaginary.startswith('−') else '+'}{imaginary}j"
    if isinstance(value, int) or (math.isfinite(value) and value == int(value) and abs(value) < 1e6):
        text = str(int(value))
    else:
        text = f"{value:.4f}".rstrip("0") if 0.001 <= abs(value) < 0.99995 else f"{value:.4g}"
    return text.replace("-", "−")


def shape(sizes: tuple[int, ...] | None, dtype: str | None = None) -> str:
    """Bentuk tensor seperti yang dibaca orang; dtype hanya ditulis bila bukan float32.

    >>> shape((3, 4)), shape(()), shape((2,), "float64")
    ('(3, 4)', 'skalar', '(2) float64')
    """
    if sizes is None:
        return ""
    text = f"({', '.join(map(str, sizes))})" if sizes else "skalar"
    return text if dtype in _PLAIN_DTYPES else f"{text} {dtype}"


def nested(numbers: Sequence[Number], sizes: tuple[int, ...]) -> str:
    """Angka-angka dalam kurung siku menurut bentuknya.

    >>> nested((1, 2, 3, 4), (2, 2))
    '[[1, 2], [3, 4]]'
    """
    parts = [number(n) for n in numbers]
    for size in reversed(sizes):
        if not size:
            return "[]"
        parts = [f"[{', '.join(parts[i : i + size])}]" for i in range(0, len(parts), size)]
    return parts[0] if parts else "[]"


def value_text(value: Value) -> str:
    """Isi tensor: semua angka bila sedikit, rentangnya bila banyak.

    >>> value_text(Value((2,), "float32", (1.0, -0.25))), value_text(Value((9,), "float32", None, -1.0, 2.5))
    ('[1, −0.25]', '−1 … 2.5')
    """
    if value.numbers is not None and len(value.numbers) <= FEW:
        return nested(value.numbers, value.shape)
    if not value.finite:
        return "ada nan atau inf"
    if value.low is not None and value.low == value.high:
        return f"semua {number(value.low)}"
    if value.low is not None and value.high is not None:
        return f"{number(value.low)} … {number(value.high)}"
    return f"‖·‖ {number(value.norm)}" if value.norm is not None else ""


def grad_text(grad: Value | None) -> str:
    """Gradien di kartu; tanpa gradien tertulis belum dihitung, bukan 0.

    >>> grad_text(None)
    'grad belum dihitung'
    >>> grad_text(Value((2,), "float32", (2.0, -1.0)))
    'grad [2, −1]'
    """
    if grad is None:
        return "grad belum dihitung"
    if grad.numbers is not None and len(grad.numbers) <= FEW:
        return f"grad {nested(grad.numbers, grad.shape)}"
    if not grad.finite:
        return "grad: ada nan atau inf"
    if grad.norm is None and grad.numbers:
        return f"grad ‖·‖ {number(math.sqrt(sum(abs(n) ** 2 for n in grad.numbers)))}"
    return f"grad ‖·‖ {number(grad.norm)}" if grad.norm is not None else f"grad {shape(grad.shape)}"


def saved_names(saved: Iterable[Saved], state: str, shapes: bool = True) -> str:
    """Nama simpanan berkeadaan `state`, dengan bentuknya bila diminta.

    >>> saved_names([Saved("self", "alive", (3,)), Saved("other", "freed")], "alive")
    'self (3)'
    """
    return ", ".join(f"{s.name} {shape(s.shape)}" if shapes and s.shape else s.name for s in saved if s.state == state)
