"""Satu temuan tinjauan: kalimat, bukti, tempat, perbaikan, dan pelajarannya."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import Facts


class Found(NamedTuple):
    """Yang ditemukan satu pemeriksaan: kalimatnya, buktinya satu per satu, tempatnya, dan perbaikannya."""

    sentence: str
    evidence: tuple[str, ...]
    mend: str
    place: Place | None = None


class Finding(NamedTuple):
    """Satu masalah yang tidak memberi galat.

    `id` nama pemeriksaannya, `title` judulnya, `sentence` apa yang terjadi, `evidence` buktinya (angka, baris, nama),
    `mend` perbaikannya sebagai kode, `lesson` nomor pelajarannya, `place` dan `line` tempat dan baris kodenya.
    """

    id: str
    title: str
    sentence: str
    evidence: tuple[str, ...]
    mend: str
    lesson: str
    place: Place | None = None
    line: str | None = None


class Check(NamedTuple):
    """Satu pemeriksaan: judulnya, pelajarannya, fungsinya, dan berapa langkah latihan yang dibutuhkannya."""

    title: str
    lesson: str
    function: Callable[[Facts], Iterator[Found]]
    steps: int = 1
