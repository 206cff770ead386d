"""Isi tensor sebagai teks: di kartu, di panah, dan di dalam kalimat."""

from __future__ import annotations

from autograd_viz.graph import Value
from autograd_viz.text.formatting import nested, number, shape, value_text
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import STAGE

CARD_LIMIT, ARROW_LIMIT = 180.0, 130.0
ROWS = 4  # of a small matrix on a card
FITTING = 9  # numbers on a card
WRITTEN = 9  # numbers in a sentence; more become shape and range


def on_card(value: Value | None, word: str) -> str:
    """Baris-baris kartu: semua angka bila muat, selain itu bentuk dan rentangnya.

    >>> on_card(Value((2,), "float32", (1.0, 2.5)), "nilai")
    'nilai [1, 2.5]'
    """
    if value is None:
        return ""
    if value.numbers is not None:
        text = f"{word} {nested(value.numbers, value.shape)}"
        if width(text, STAGE.line, True) <= CARD_LIMIT:
            return text
        if len(value.shape) in (1, 2) and len(value.numbers) <= min(FITTING, ROWS * value.shape[-1]):
            columns = value.shape[-1]
            starts = range(0, len(value.numbers), columns)
            rows = [nested(value.numbers[start : start + columns], (columns,)) for start in starts]
            if max(width(row, STAGE.line, True) for row in rows) <= CARD_LIMIT:
                return "\n".join([word, *rows])
    return f"{word} {shape(value.shape)}\n{_range(value)}" if value.shape else f"{word} {value_text(value)}"


def on_arrow(value: Value | None) -> str:
    """Angka pada panah, atau bentuknya bila angkanya tidak muat.

    >>> on_arrow(Value((), "float32", (12.0,))), on_arrow(Value((64, 10), "float32"))
    ('12', '(64, 10)')
    """
    if value is None:
        return ""
    if value.numbers is not None:
        text = nested(value.numbers, value.shape)
        if width(text, STAGE.label, True) <= ARROW_LIMIT:
            return text
    return shape(value.shape) if value.finite else f"{shape(value.shape)}, ada nan/inf"


def in_sentence(value: Value | None) -> str:
    """Isi tensor di dalam kalimat.

    >>> in_sentence(Value((2,), "float32", (1.0, -2.0)))
    '[1, −2]'
    >>> in_sentence(Value((100,), "float32", None, -1.0, 2.0))
    'tensor (100) berisi −1 sampai 2'
    """
    if value is None:
        return "kosong"
    if value.numbers is not None and len(value.numbers) <= WRITTEN:
        return nested(value.numbers, value.shape)
    text = _range(value).replace(" … ", " sampai ")
    return f"tensor {shape(value.shape)} berisi {text}" if text else f"tensor {shape(value.shape)}"


def _range(value: Value) -> str:
    return value_text(value._replace(numbers=None))


def scalar(value: Value | None) -> float | None:
    """Bilangan tunggal di dalam tensor skalar nyata; None bila bukan itu.

    >>> scalar(Value((), "float32", (3.0,)))
    3.0
    """
    if value is None or value.shape != () or not value.numbers or isinstance(value.numbers[0], complex):
        return None
    return float(value.numbers[0])


def row(numbers: tuple[float, ...], sizes: tuple[int, ...]) -> str:
    """Faktor setiap unsur; satu angka saja bila semuanya sama.

    >>> row((2.0, 2.0), (2,)), row((2.0, 4.0), (2,))
    ('2', '[2, 4]')
    """
    texts = {number(n) for n in numbers}
    return next(iter(texts)) if len(texts) == 1 else nested(numbers, sizes)
