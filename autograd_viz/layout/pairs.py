"""Pasangan panah maju dan mundur: tempat keduanya menempel pada satu sisi kartu."""

from __future__ import annotations

LOW = 11.0  # how far below the middle of a card a pair of arrows has its own middle
STEP, EDGE = 36.0, 12.0  # between two pairs, and what stays free of the side of a card


def paired_ports(count: int, height: float) -> list[float]:
    """Tengah setiap pasangan, dihitung dari tengah kartu, bila semua jalur lalu digambar `LOW` lebih rendah.

    Satu pasangan tetap setinggi itu; beberapa dibagi rata di sisi kartu.

    >>> paired_ports(1, 84.0), paired_ports(2, 84.0)
    ([0.0], [-29.0, 7.0])
    """
    if count == 1:
        return [0.0]
    step = pair_step(count, height)
    return [round(2 * ((index - (count - 1) / 2) * step - LOW)) / 2 for index in range(count)]


def pair_step(count: int, height: float) -> float:
    """Jarak antara dua pasangan pada satu sisi kartu.

    >>> pair_step(2, 84.0), pair_step(6, 84.0)
    (36.0, 12.0)
    """
    return min(STEP, (height - EDGE) / count)
