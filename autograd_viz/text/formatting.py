"""Bentuk, deretan angka, dan nama simpanan sebagai teks yang dibaca pelajar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_viz.graph import RAGGED, Edge, Number, Saved
from autograd_viz.operations.notation import number_text

_PLAIN_DTYPES = {None, "float32"}
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def clean(text: str) -> str:
    """Teks satu baris tanpa karakter kendali.

    >>> clean("baris satu\\nbaris dua\\x00")
    'baris satu baris dua�'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shape(sizes: tuple[int, ...] | None, dtype: str | None = None) -> str:
    """Bentuk tensor seperti yang dibaca orang; dtype hanya ditulis bila bukan float32.

    >>> shape((3, 4)), shape(()), shape((2,), "float64"), shape((2, -1, 3))
    ('(3, 4)', 'skalar', '(2) float64', '(2, *, 3)')
    """
    if sizes is None:
        return ""
    lengths = ", ".join("*" if size == RAGGED else str(size) for size in sizes)
    text = f"({lengths})" if sizes else "skalar"
    return text if dtype in _PLAIN_DTYPES else f"{text} {dtype}"


def nested(numbers: Sequence[Number], sizes: tuple[int, ...]) -> str:
    """Angka-angka dalam kurung siku menurut bentuknya.

    >>> nested((1, 2, 3, 4), (2, 2))
    '[[1, 2], [3, 4]]'
    """
    parts = [number_text(n) for n in numbers]
    for size in reversed(sizes):
        if not size:
            return "[]"
        parts = [f"[{', '.join(parts[i : i + size])}]" for i in range(0, len(parts), size)]
    return parts[0] if parts else "[]"


def folded_names(edge: Edge) -> tuple[str, ...]:
    """Yang dilipat ke sebuah panah, dari hulu ke hilir, atau banyaknya tensor yang dibawanya.

    >>> folded_names(Edge(0, 1, 0, 0, ("T", "View"), skipped=3)), folded_names(Edge(0, 1, 0, tensors=2))
    (('T', '… 3 lagi', 'View'), ('2 tensor',))
    """
    if edge.tensors > 1:
        return (f"{edge.tensors} tensor",)
    return (*edge.label[:-1], f"… {edge.skipped} lagi", edge.label[-1]) if edge.skipped else edge.label


def saved_names(saved: Iterable[Saved], state: str, shapes: bool = True) -> str:
    """Nama simpanan berkeadaan `state`, dengan bentuknya bila diminta.

    >>> saved_names([Saved("self", "alive", (3,)), Saved("other", "freed")], "alive")
    'self (3)'
    """
    return ", ".join(f"{s.name} {shape(s.shape)}" if shapes and s.shape else s.name for s in saved if s.state == state)


def size_text(size: float) -> str:
    """Banyaknya byte seperti yang dibaca orang.

    >>> [size_text(size) for size in (0, 1000, 1536, 5 * 2**20)]
    ['0 B', '1000 B', '1.5 KiB', '5 MiB']
    """
    step = 0
    while size >= 1024 and step + 1 < len(_UNITS):
        size, step = size / 1024, step + 1
    return f"{size:.0f} {_UNITS[step]}" if size >= 100 or not step else f"{size:.3g} {_UNITS[step]}"
