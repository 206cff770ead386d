"""Pemeriksa tebakan dan jawaban Latihan.

>>> from exercises.checks import predict
>>> print(predict(..., actual=8))
Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
"""

from exercises.checks.desk import latihan
from exercises.checks.judge import judge
from exercises.checks.predict import predict
from exercises.checks.progress import progress
from exercises.checks.verdict import Verdict

__all__ = ["Verdict", "judge", "latihan", "predict", "progress"]
