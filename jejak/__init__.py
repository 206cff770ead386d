"""Pemeriksa tebakan dan jawaban Latihan.

>>> from jejak import predict
>>> print(predict("02/1", ..., 12.0))
Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
"""

from jejak.desk import latihan
from jejak.judge import judge
from jejak.predict import predict
from jejak.progress import progress
from jejak.verdict import Verdict

__all__ = ["Verdict", "judge", "latihan", "predict", "progress"]
