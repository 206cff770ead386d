"""Isi tensor sebagai data biasa: semua angkanya beserta ringkasannya."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import cast

from autograd_viz.graph import Number, Value

LISTED = 64  # numbers that are all kept; of more only the summary


def from_list(bare: Value, numbers: Sequence[Number]) -> Value:
    """`bare` beserta semua angkanya dan ringkasannya, dihitung atas angka yang terhingga.

    >>> from_list(Value((2,), "float32"), [3.0, -4.0]).norm
    5.0
    """
    if numbers and type(numbers[0]) is float:  # the usual case in as few steps as possible
        floats = cast("Sequence[float]", numbers)
        size = math.hypot(*floats)
        if math.isfinite(size):
            mean = math.fsum(floats) / len(floats)
            return Value(bare.shape, bare.dtype, tuple(floats), min(floats), max(floats), mean, size)
    bare = bare._replace(numbers=tuple(numbers))
    kept = [number for number in numbers if cmath.isfinite(number)]
    if not kept:
        return bare._replace(finite=not numbers)
    finite = len(kept) == len(numbers)
    norm = math.hypot(*(abs(number) for number in kept))
    real = [float(number) for number in kept if not isinstance(number, complex)]
    if not real:
        return bare._replace(norm=norm, finite=finite)
    return bare._replace(low=min(real), high=max(real), mean=math.fsum(real) / len(real), norm=norm, finite=finite)
