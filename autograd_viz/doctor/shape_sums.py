"""Bentuk gradien dan bentuk masukannya: sumbu mana yang disiarkan saat maju, dan dijumlahkan kembali saat mundur."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations


def spread_over(got: Sequence[int], wanted: Sequence[int]) -> bool:
    """Apakah bentuk pertama hasil penyiaran biasa dari yang kedua.

    >>> spread_over((3, 2), (2,)), spread_over((3, 2), (3,))
    (True, False)
    """
    if len(got) < len(wanted) or got == wanted:
        return False
    return all(one in (1, other) for one, other in zip(reversed(wanted), reversed(got), strict=False))


def parted(text: str) -> str:
    """Ungkapan yang dapat diberi titik: dalam kurung bila ia bukan nama.

    >>> parted("a * b"), parted("g.w")
    ('(a * b)', 'g.w')
    """
    return text if text.replace(".", "").replace("_", "").isalnum() else f"({text})"


def summed_axes(got: Sequence[int], wanted: Sequence[int]) -> list[tuple[int, ...]]:
    """Sumbu-sumbu yang dapat dijumlahkan supaya bentuk pertama menjadi yang kedua.

    >>> summed_axes((4, 24), (4,)), summed_axes((3, 3), (3,))
    ([(1,)], [(0,), (1,)])
    """
    ways = combinations(range(len(got)), max(len(got) - len(wanted), 0))
    return [
        way for way in ways
        if way and tuple(size for axis, size in enumerate(got) if axis not in way) == tuple(wanted)
    ]  # fmt: skip
