"""Turunan lokal sebuah operasi sebagai angka, satu untuk setiap unsur."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autograd_viz.graph import RAGGED, Node, Value
from autograd_viz.operations.ops import facts, local_derivative

MOST = 9  # elements whose local derivatives are written out


def local_numbers(
    node: Node, slot: int, size: int, inputs: Mapping[int, Value], since: bool
) -> list[float] | None:
    """Turunan lokal terhadap slot ini untuk masing-masing dari `size` unsur; None bila tidak diketahui.

    `since` memakai turunan di titik patah sejak PyTorch 2.14.
    """
    found = []
    for at in range(size):
        values = [element(inputs.get(place), at, size) for place in range(max(inputs, default=0) + 1)]
        local = local_derivative(node.op, slot, (), values, facts(node), count_of(inputs), since)
        if local is None or local.value is None:
            return None
        found.append(local.value)
    return found


def size_of(shape: tuple[int, ...]) -> int:
    """Banyaknya unsur tensor berbentuk ini; 0 bila tidak diketahui (tensor nested).

    >>> size_of((2, 3)), size_of(()), size_of((2, -1))
    (6, 1, 0)
    """
    return 0 if RAGGED in shape else math.prod(shape)


def count_of(inputs: Mapping[int, Value]) -> int | None:
    """Banyaknya unsur masukan pertama; None bila tidak diketahui."""
    return size_of(inputs[0].shape) or None if 0 in inputs else None


def element(value: Value | None, at: int, size: int) -> float | None:
    """Unsur ke-`at` dari `size`; satu angka berlaku untuk semuanya, dan None bila tidak diketahui.

    >>> element(Value((2,), "float32", (1.0, 2.0)), 1, 2), element(None, 0, 1)
    (2.0, None)
    """
    if value is None or value.numbers is None or len(value.numbers) not in (1, size):
        return None
    number = value.numbers[at if len(value.numbers) == size else 0]
    return None if isinstance(number, complex) else float(number)


def close(one: float, other: float | None) -> bool:
    """Apakah keduanya sama sampai pembulatan; nan sama dengan nan.

    >>> close(0.1 + 0.2, 0.3), close(1.0, None)
    (True, False)
    """
    if other is None:
        return False
    return (one != one and other != other) or math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-7)
