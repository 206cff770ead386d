"""Nama lama paket `jejak`: salinan Latihan yang dikerjakan sebelum nama itu berganti tetap berjalan."""

from typing import Any

import jejak
from jejak import Verdict, judge, latihan, progress

__all__ = ["Verdict", "judge", "latihan", "predict", "progress"]


def predict(*given: Any, actual: Any = ..., hint: str = "") -> Verdict:
    """`jejak.predict`, yang dulu menerima hasilnya juga sebagai `actual=`.

    >>> print(predict(6, actual=6.0))
    Tepat. Hasilnya `6`.
    """
    return jejak.predict(*given, *(() if actual is ... else (actual,)), hint=hint)
