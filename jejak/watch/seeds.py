"""Mengambil bilangan acak boleh, memasang benih tidak: benih mengulang bilangan acak seluruh program."""

import random
from typing import NamedTuple

import numpy as np
import torch

RARE = 8_140_773_295  # a seed that no answer sets, so that setting one is seen
WORDS = 624  # of the state of a Mersenne Twister; they are renewed all at once
RENEWALS = 500  # some 300,000 numbers: nobody draws that many in one call


class Streams(NamedTuple):
    """Where the three sources of random numbers stand."""

    torch: int
    python: tuple[int, ...]
    numpy: bytes



def seed_all() -> None:
    """Memasang benih langka pada ketiga sumber bilangan acak."""
    torch.manual_seed(RARE)
    random.seed(RARE)
    np.random.seed(RARE % 2**32)


def read() -> Streams:
    return Streams(torch.initial_seed(), random.getstate()[1][:WORDS], _numpy_words())


def reseeded(before: Streams, after: Streams) -> list[str]:
    """Nama panggilan yang memasang benih di antara kedua keadaan itu.

    >>> seed_all()
    >>> before = read(); drawn = random.random(), np.random.rand(1000), torch.rand(2)
    >>> reseeded(before, read())
    []
    >>> random.seed(0); np.random.seed(0)
    >>> reseeded(before, read())
    ['random.seed', 'numpy.random.seed']
    """
    changes = {
        "torch.manual_seed": after.torch != before.torch,
        "random.seed": after.python != before.python and not _drawn(_array(before.python), _array(after.python)),
        "numpy.random.seed": after.numpy != before.numpy and not _drawn(_words(before.numpy), _words(after.numpy)),
    }
    return [name for name, changed in changes.items() if changed]


def _drawn(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether drawing alone turns one state of a Mersenne Twister into the other."""
    if len(before) != WORDS or len(after) != WORDS:
        return False  # another kind of generator was put in its place
    twister = np.random.MT19937()
    twister.state = {"bit_generator": "MT19937", "state": {"key": before, "pos": WORDS}}
    for _ in range(RENEWALS):
        twister.random_raw(WORDS, output=False)
        if np.array_equal(twister.state["state"]["key"], after):
            return True
    return False


def _array(words: tuple[int, ...]) -> np.ndarray:
    return np.array(words, dtype=np.uint32)


def _words(stored: bytes) -> np.ndarray:
    return np.frombuffer(stored, dtype=np.uint32)


def _numpy_words() -> bytes:
    kind, words, *_ = np.random.get_state()
    return np.asarray(words, dtype=np.uint32).tobytes() if kind == "MT19937" else b""
