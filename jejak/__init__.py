"""Pemeriksa tebakan dan jawaban Latihan, kuis, dan penggeser.

>>> from jejak import predict
>>> print(predict("02/1", ..., 12.0))
Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
"""

from jejak.desk import latihan
from jejak.judge import judge
from jejak.kuis import kuis
from jejak.predict import predict
from jejak.progress import progress
from jejak.slider import descent, tangent
from jejak.verdict import Verdict

__all__ = ["Verdict", "descent", "judge", "kuis", "latihan", "predict", "progress", "tangent"]
