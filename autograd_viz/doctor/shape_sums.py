"""Gradien dan masukannya: sumbu mana yang disiarkan dan dijumlahkan kembali, dan nama mana milik masukan mana."""

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


def in_order(given: Sequence[str], inputs: Sequence[str]) -> str:
    """`return` menurut urutan masukan, bila setiap nama gradien menyebut masukannya; kosong bila tidak.

    >>> in_order(["grad_w", "grad_x"], ["x", "w"])
    'return grad_x, grad_w'
    """
    places = [[name for name in inputs if speaks_of(text, name)] for text in given]
    named = [one[0] for one in places if len(one) == 1]
    if len(named) != len(given) or sorted(named) != sorted(inputs) or named == list(inputs):
        return ""
    return f"return {', '.join(given[named.index(name)] for name in inputs)}"


def speaks_of(text: str, name: str) -> bool:
    """Apakah nama seperti `grad_w`, `w_grad`, atau `dw` menyebut masukan ini.

    >>> speaks_of("grad_w", "w"), speaks_of("g", "w")
    (True, False)
    """
    return text.isidentifier() and (name in text.split("_") or text in (f"g{name}", f"d{name}"))
