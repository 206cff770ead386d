"""Isi yang diberikan sebuah mesin buatan sendiri, apa pun wadahnya, menjadi `Value`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd_viz.contents import LISTED, from_list
from autograd_viz.graph import Number, Value


def value_of(content: Any) -> Value | None:
    """Isi berupa bilangan, daftar bersarang, larik NumPy, atau tensor; None tetap None.

    Galat: `TypeError` bila isinya bukan bilangan; `ValueError` bila baris-barisnya tidak sama panjang.

    >>> value_of([[1.0, 2.0], [3.0, 4.0]]).shape
    (2, 2)
    """
    if content is None:
        return None
    lists = content.tolist() if hasattr(content, "tolist") else content
    shape = _shape(lists)
    numbers = list(_flat(lists))
    own = getattr(content, "dtype", None)
    kind = type(numbers[0]).__name__ if numbers else "float"
    size = tuple(content.shape) if hasattr(content, "tolist") and hasattr(content, "shape") else shape
    found = from_list(Value(size, kind if own is None else str(own).removeprefix("torch.")), numbers)
    return found if len(numbers) <= LISTED else found._replace(numbers=None)


def _shape(lists: Any) -> tuple[int, ...]:
    if not isinstance(lists, (list, tuple)):
        return ()
    inner = [_shape(one) for one in lists]
    if any(one != inner[0] for one in inner):
        raise ValueError(
            f"Daftar berisi {len(lists)} baris ini tidak rata: bentuk barisnya {inner[0]} dan "
            f"{next(one for one in inner if one != inner[0])}. Setiap baris sebuah tensor sama panjang."
        )
    return (len(lists), *(inner[0] if inner else ()))


def _flat(lists: Any) -> Iterator[Number]:
    if isinstance(lists, (list, tuple)):
        for one in lists:
            yield from _flat(one)
    elif isinstance(lists, (bool, int, float, complex)):
        yield lists
    else:
        raise TypeError(
            f"Isi sebuah tensor berupa bilangan, daftar bilangan, larik, atau tensor, bukan {type(lists).__name__}. "
            "Berikan angkanya sendiri, misalnya `value=t.nilai` alih-alih `value=t`."
        )
