"""Pemeriksa tebakan dan jawaban Latihan, kuis, dan penggeser.

>>> from jejak import predict
>>> print(predict("02/1", ..., 12.0))
Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
"""

from jejak.desk import latihan
from jejak.judge import judge
from jejak.kuis import kuis
from jejak.launch import Launched, launch
from jejak.predict import predict
from jejak.programs import program
from jejak.progress import progress
from jejak.slider import descent, tangent
from jejak.verdict import Verdict

__all__ = [
    "Launched", "Verdict", "descent", "judge", "kuis", "latihan", "launch", "predict", "program", "progress", "tangent",
]  # fmt: skip
