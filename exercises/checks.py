"""Nama lama paket `jejak`: salinan Latihan yang dikerjakan sebelum nama itu berganti tetap berjalan."""

from jejak import Verdict, judge, latihan, predict, progress

__all__ = ["Verdict", "judge", "latihan", "predict", "progress"]
