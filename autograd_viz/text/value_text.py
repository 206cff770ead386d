"""Isi tensor sebagai teks: semua angkanya bila sedikit, ringkasannya bila banyak."""

from __future__ import annotations

import math

from autograd_viz.graph import RAGGED, Value
from autograd_viz.operations.notation import number_text
from autograd_viz.text.formatting import nested, shape
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import STAGE

FEW = 6  # numbers written out on the card of a drawing
FITTING, ROWS = 9, 4  # numbers on a card of the stage, and rows of a small matrix there
WRITTEN = 9  # numbers written out in a sentence
UNREAD = "tidak terbaca"  # of a nested tensor whose class keeps its numbers to itself
CARD_LIMIT, ARROW_LIMIT = 180.0, 130.0
NO_GRAD, GRAD_GONE = "belum dihitung", "None"  # of a gradient that has not come (in a drawing), and of one taken away


def summary(value: Value, joint: str = " … ") -> str:
    """Ringkasan isi sebuah tensor: rentangnya, atau bila hanya normanya yang dicatat, itu.

    >>> summary(Value((9,), "float32", None, -1.0, 2.5)), summary(Value((9,), "float32", None, 2.0, 2.0))
    ('−1 … 2.5', 'semua 2')
    >>> summary(Value((2000, 1000), "float32", norm=5.0))
    'hanya ‖·‖ 5'
    """
    if not value.finite:
        return "ada nan atau inf"
    if value.low is not None and value.low == value.high:
        return f"semua {number_text(value.low)}"
    if value.low is not None and value.high is not None:
        return f"{number_text(value.low)}{joint}{number_text(value.high)}"
    if value.norm is not None:
        return f"hanya ‖·‖ {number_text(value.norm)}"
    return UNREAD if RAGGED in value.shape else ""


def value_text(value: Value) -> str:
    """Isi tensor pada kartu sebuah gambar.

    >>> value_text(Value((2,), "float32", (1.0, -0.25))), value_text(Value((9,), "float32", None, -1.0, 2.5))
    ('[1, −0.25]', '−1 … 2.5')
    """
    if value.numbers is not None and len(value.numbers) <= FEW:
        return nested(value.numbers, value.shape)
    return summary(value)


def grad_text(grad: Value | None) -> str:
    """Gradien pada kartu sebuah gambar: normanya bila angkanya banyak; tanpa gradien bukan 0.

    >>> grad_text(None)
    'grad belum dihitung'
    >>> grad_text(Value((2,), "float32", (2.0, -1.0)))
    'grad [2, −1]'
    """
    if grad is None:
        return f"grad {NO_GRAD}"
    if grad.numbers is not None and len(grad.numbers) <= FEW:
        return f"grad {nested(grad.numbers, grad.shape)}"
    if not grad.finite:
        return f"grad: {summary(grad)}"
    norm = norm_of(grad)
    if norm is not None:
        return f"grad ‖·‖ {number_text(norm)}"
    return f"grad {', '.join(filter(None, [shape(grad.shape), summary(grad)]))}"


def norm_of(value: Value | None) -> float | None:
    """Norma sebuah tensor; None bila tidak ada, tidak diketahui, atau tidak terhingga.

    >>> norm_of(Value((2,), "float32", (3.0, 4.0), norm=5.0)), norm_of(Value((2,), "float32", (3.0, 4.0)))
    (5.0, 5.0)
    """
    if value is None or not value.finite:
        return None
    return value.norm if value.norm is not None or not value.numbers else math.hypot(*map(abs, value.numbers))


def card_rows(value: Value | None, word: str) -> tuple[str, ...]:
    """Baris-baris di belakang `word` pada kartu panggung: semua angka bila muat, selain itu bentuk dan rentangnya.

    >>> card_rows(Value((2,), "float32", (1.0, 2.5)), "nilai")
    ('[1, 2.5]',)
    """
    if value is None:
        return ()
    if value.numbers is not None:
        text = nested(value.numbers, value.shape)
        if width(f"{word} {text}", STAGE.line, True) <= CARD_LIMIT:
            return (text,)
        if len(value.shape) in (1, 2) and len(value.numbers) <= min(FITTING, ROWS * value.shape[-1]):
            columns = value.shape[-1]
            starts = range(0, len(value.numbers), columns)
            rows = [nested(value.numbers[start : start + columns], (columns,)) for start in starts]
            if max(width(row, STAGE.line, True) for row in rows) <= CARD_LIMIT:
                return ("", *rows)
    return (shape(value.shape), summary(value)) if value.shape else (value_text(value),)


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


def is_written(value: Value | None) -> bool:
    """Apakah semua angka tensor itu ditulis di dalam kalimat.

    >>> is_written(Value((2,), "float32", (1.0, -2.0))), is_written(Value((100,), "float32"))
    (True, False)
    """
    return value is not None and value.numbers is not None and len(value.numbers) <= WRITTEN


def in_sentence(value: Value | None, noun: str = "tensor ") -> str:
    """Isi tensor di dalam kalimat; `noun` sebutan di depan bentuknya bila angkanya tidak ditulis.

    >>> in_sentence(Value((2,), "float32", (1.0, -2.0)))
    '[1, −2]'
    >>> in_sentence(Value((100,), "float32", None, -1.0, 2.0))
    'tensor (100) berisi −1 sampai 2'
    >>> in_sentence(Value((2000, 1000), "float32", norm=5.0))
    'tensor (2000, 1000) dengan norma 5 (hanya normanya yang dicatat)'
    """
    if value is None:
        return "kosong"
    if value.numbers is not None and len(value.numbers) <= WRITTEN:
        return nested(value.numbers, value.shape)
    if not value.finite:
        return f"{noun}{shape(value.shape)} yang memuat nan atau inf"
    if value.low is None and value.norm is not None:
        return f"{noun}{shape(value.shape)} dengan norma {number_text(value.norm)} (hanya normanya yang dicatat)"
    text = summary(value, " sampai ")
    if text == UNREAD:
        return f"{noun}{shape(value.shape)} (isinya {UNREAD})"
    return f"{noun}{shape(value.shape)} berisi {text}" if text else f"{noun}{shape(value.shape)}"


def as_operand(value: Value | None) -> str:
    """Isi tensor di belakang tanda hitung: bilangan negatif di dalam kurung.

    >>> as_operand(Value((), "float32", (-1.0,))), as_operand(Value((2,), "float32", (-1.0, 2.0)))
    ('(−1)', '[−1, 2]')
    """
    text = in_sentence(value)
    negative = value is not None and value.shape == () and value.numbers and complex(value.numbers[0]).real < 0
    return f"({text})" if negative else text


def scalar(value: Value | None) -> float | None:
    """Bilangan tunggal di dalam tensor skalar nyata; None bila bukan itu.

    >>> scalar(Value((), "float32", (3.0,)))
    3.0
    """
    if value is None or value.shape != () or not value.numbers or isinstance(value.numbers[0], complex):
        return None
    return float(value.numbers[0])
