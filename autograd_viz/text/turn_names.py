"""Sebutan beberapa putaran perulangan sekaligus."""

from __future__ import annotations


def through(first: str, last: str) -> str:
    """Sebutan beberapa putaran, dari yang pertama sampai yang terakhir.

    >>> through("t = 3", "t = 5"), through("t = 3 … 5", "t = 8"), through("batch ke-1", "batch ke-9"), through("a", "a")
    ('t = 3 … 5', 't = 3 … 8', 'batch ke-1 … ke-9', 'a')
    """
    if first == last:
        return first
    start, end = first.split(" … ")[0], last.rpartition(" … ")[2]
    for sign in (" = ", " "):
        name, found, number = end.partition(sign)
        if found and start.startswith(f"{name}{sign}"):
            return f"{start} … {number}"
    return f"{start} … {end}"
