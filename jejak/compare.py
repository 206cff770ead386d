"""Membandingkan sebuah tebakan dengan hasilnya, menurut tipe hasil itu."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import torch

DIGITS = 3  # significant digits that a rounded guess has to get right
ROUNDING = 1e-6  # relative: what float32 itself rounds away
ZERO = 1e-6  # below this a result counts as 0, as cos(π/2) does

ERROR_NAME = re.compile(r"[A-Z]\w*Error|(Base)?Exception")

# A comparison returns what a wrong guess deserves to hear beside the hint (maybe nothing), or None when it is right.
RIGHT = None
PLAIN = ""


def compare(guess: object, actual: object) -> str | None:
    """Menyebut apa yang belum tepat: None bila tebakan tepat, teks kosong bila tidak ada yang perlu ditambahkan.

    Galat: apa pun yang dilempar tebakan yang aneh ketika dibaca atau dibandingkan.

    >>> compare(0.333, 1 / 3) is None
    True
    >>> compare([1.0, 2.0], torch.tensor([1.0, 5.0]))
    '1 dari 2 unsur sudah tepat.'
    """
    if _is_error(guess) and not _is_error(actual) and not (isinstance(guess, str) and isinstance(actual, str)):
        return "Di sini tidak muncul galat."
    if actual is None or guess is None:
        return RIGHT if guess is actual else PLAIN
    if type(actual).__module__ == "numpy":
        actual = _plain(actual)
    return next(compare for kinds, compare in COMPARISONS if isinstance(actual, kinds))(guess, actual)


def misread(guess: object, actual: object) -> str:
    """Menyebut tebakan yang ditulis dengan koma desimal, yang bagi Python dua bilangan; kosong bila bukan itu.

    >>> misread((24, 0), 24.0)
    'Untuk pecahan pakai titik: `24.0`. Koma di Python memisahkan dua bilangan.'
    """
    only = _only_element(actual)
    single = isinstance(only, (int, float)) and not isinstance(only, bool)
    count = 1 if single else _count_of_numbers(actual)
    if not isinstance(guess, tuple if single else (list, tuple)) or not count or len(guess) != 2 * count:
        return ""
    if not all(type(part) is int for part in guess) or any(part < 0 for part in guess[1::2]):
        return ""
    points = [f"{whole}.{part}" for whole, part in zip(guess[::2], guess[1::2])]
    shown = points[0] if single else f"[{', '.join(points)}]"
    return f"Untuk pecahan pakai titik: `{shown}`. Koma di Python memisahkan dua bilangan."


def _count_of_numbers(actual: object) -> int:
    """How many parts a list, a shape or a vector has; 0 where they are no numbers."""
    if isinstance(actual, (list, tuple)):
        numbers = [part for part in actual if isinstance(part, (int, float)) and not isinstance(part, bool)]
        return len(actual) if numbers else 0
    if isinstance(actual, torch.Tensor) and actual.ndim == 1 and actual.dtype != torch.bool:
        return actual.shape[0]
    return 0


def _is_error(value: object) -> bool:
    """Whether a value is a class of errors, an error, or the name of one."""
    if isinstance(value, str):
        return ERROR_NAME.fullmatch(value.strip()) is not None
    return isinstance(value, BaseException) or (isinstance(value, type) and issubclass(value, BaseException))


def _compare_class(guess: object, actual: object) -> str | None:
    kind = actual if isinstance(actual, type) else type(actual)
    if isinstance(guess, str):
        return RIGHT if guess.strip() == kind.__name__ else PLAIN
    guessed = guess if isinstance(guess, type) else type(guess)
    if guessed is kind:
        return RIGHT
    if issubclass(kind, guessed) and issubclass(guessed, BaseException):
        return f"Kelas `{guessed.__name__}` memang mencakupnya, tetapi terlalu umum."
    return PLAIN


def _compare_bool(guess: object, actual: object) -> str | None:
    value = _only_element(guess)
    if not isinstance(value, bool):
        return "Tebak dengan `True` atau `False`."
    return RIGHT if value is actual else PLAIN


def _compare_text(guess: object, actual: Any) -> str | None:
    if not isinstance(guess, str):
        return "Tebak dengan teks di antara tanda petik."
    return RIGHT if " ".join(guess.split()).casefold() == " ".join(actual.split()).casefold() else PLAIN


def _compare_number(guess: object, actual: Any) -> str | None:
    value = _only_element(guess)
    if isinstance(value, bool) or not isinstance(value, (int, float, complex)):
        return "Tebak dengan satu bilangan."
    if _close(value, actual):
        return RIGHT
    return "Besarnya tepat, tandanya belum." if _close(-value, actual) else PLAIN


def _compare_sequence(guess: object, actual: Any) -> str | None:
    if isinstance(guess, torch.Tensor) or type(guess).__module__ == "numpy":
        guess = torch.as_tensor(guess, device="cpu").tolist()
    if not isinstance(guess, (list, tuple)):
        if isinstance(actual, list):
            return "Tebak dengan daftar di antara `[` dan `]`."
        return "Tebak dengan tuple, misalnya `(2,)` atau `(2, 3)`."
    if len(guess) != len(actual):
        return f"Panjang tebakan Anda {len(guess)}; panjang hasilnya lain."
    return _score([compare(part, whole) is RIGHT for part, whole in zip(guess, actual, strict=True)])


def _compare_tensor(guess: object, actual: Any) -> str | None:
    want, got = _plain(actual), _plain(guess)
    if got is None or want is None:
        return "Tebak dengan bilangan, daftar bilangan, atau tensor."
    if (got.dtype == torch.bool) != (want.dtype == torch.bool):
        return f"Tebak isinya dengan {'`True` atau `False`' if want.dtype == torch.bool else 'bilangan'}."
    single = got.numel() == want.numel() == 1 and 0 in (got.ndim, want.ndim)
    if got.shape != want.shape and not single:
        return f"Bentuk tebakan Anda `{tuple(got.shape)}`; bentuk hasilnya lain."
    same = [_close(g, w) for g, w in zip(got.flatten().tolist(), want.flatten().tolist(), strict=True)]
    return _score(same)


def _compare_other(guess: object, actual: object) -> str | None:
    if isinstance(guess, str):
        return RIGHT if guess.strip() in (str(actual), str(actual).removeprefix("torch.")) else PLAIN
    return RIGHT if bool(guess == actual) else PLAIN


# The first kind that fits compares; bool stands before int because a bool is an int.
COMPARISONS: Sequence[tuple[type | tuple[type, ...], Callable[[object, object], str | None]]] = (
    ((type, BaseException), _compare_class),
    (bool, _compare_bool),
    (str, _compare_text),
    ((int, float, complex), _compare_number),
    ((list, tuple), _compare_sequence),
    (torch.Tensor, _compare_tensor),
    (object, _compare_other),
)


def _only_element(value: object) -> object:
    """The one number in a tensor, an array or a list of one element; anything else as it is."""
    if isinstance(value, torch.Tensor) or type(value).__module__ == "numpy":
        return value.item() if math.prod(value.shape) == 1 else value  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return _only_element(value[0])
    return value


def _plain(value: object) -> torch.Tensor | None:
    """The value as a dense CPU tensor outside any graph, or None when it is no tensor of numbers."""
    if isinstance(value, torch.Tensor):
        value = value.detach()
        return (value if value.layout == torch.strided else value.to_dense()).cpu().resolve_conj()
    if type(value).__module__ == "numpy":
        value = value.copy()  # type: ignore[attr-defined]  # torch takes no negative strides
    elif isinstance(value, (list, tuple)):
        value = _unpack(value)
    elif not isinstance(value, (bool, int, float, complex)):
        return None
    try:
        return torch.as_tensor(value, device="cpu")
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def _unpack(value: object) -> object:
    """Tensors inside lists as numbers: torch would warn of those that require a gradient."""
    if isinstance(value, torch.Tensor):
        return value.detach().tolist()
    return [_unpack(part) for part in value] if isinstance(value, (list, tuple)) else value


def _score(same: Sequence[bool]) -> str | None:
    if all(same):
        return RIGHT
    return f"{sum(same)} dari {len(same)} unsur sudah tepat." if any(same) else PLAIN


def _close(value: complex, actual: complex) -> bool:
    if value == actual or (value != value and actual != actual):
        return True
    if isinstance(actual, int):
        return False
    try:
        size, gap = abs(actual), abs(value - actual)
    except OverflowError:  # an integer beyond every float
        return False
    if not math.isfinite(gap):
        return False
    if value == 0 or size == 0:
        return gap < ZERO
    return gap <= room(size)


def room(size: float) -> float:
    """Jarak yang masih dianggap sama: separuh satuan angka penting ketiga, paling banyak setengah, dan pembulatan.

    >>> round(room(0.333), 5), round(room(1234.5), 3)
    (0.0005, 0.501)
    """
    half_unit: float = 0.5 * 10.0 ** (math.floor(math.log10(size)) - DIGITS + 1)
    return min(half_unit, 0.5) + ROUNDING * size
