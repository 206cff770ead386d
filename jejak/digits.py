"""Angka tulisan tangan: data sungguhan yang ikut terpasang bersama kursus ini, tanpa unduhan."""

# The test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (UCI Machine Learning
# Repository, CC BY 4.0): the same file as scikit-learn brings.

import gzip
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Digits(NamedTuple):
    """Gambar-gambarnya, (1797, 64) dari 0 sampai 16, baris demi baris; dan angka yang ditulis, (1797,)."""

    data: NDArray[np.float64]
    target: NDArray[np.int64]


def load_digits() -> Digits:
    """Membaca 1797 gambar angka, 8 × 8 piksel, dan labelnya. Galat: tidak ada; berkasnya bagian dari paket ini.

    >>> load_digits().data.shape, load_digits().target[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    """
    packed = files("jejak").joinpath("digits.csv.gz").read_bytes()
    table = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), delimiter=",")
    return Digits(table[:, :-1], table[:, -1].astype(np.int64))
