"""Daftar Latihan: judul, pelajaran, waktu, petunjuk, dan pemeriksanya."""

import importlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jejak.watch.state import on_cpu

LEVELS = ("pemanasan", "singkat", "sedang", "menantang")


@dataclass(frozen=True)
class Latihan:
    """Satu Latihan: namanya, apa yang diminta, petunjuknya, dan kata penutup bila benar.

    `given` adalah program yang diberikan untuk diperbaiki; kosong bila jawabannya ditulis dari awal. `optional` nama
    parameter yang boleh saja tidak dibaca jawaban yang benar.
    """

    name: str
    title: str
    lessons: tuple[str, ...]
    minutes: int
    level: str
    answers: tuple[str, ...]
    hints: tuple[str, str, str]
    right: str
    given: str = ""
    signatures: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def signature_of(self) -> dict[str, str]:
        """Nama dan parameter setiap fungsi yang diminta, menurut namanya."""
        return {signature.partition("(")[0]: signature for signature in self.signatures}

    def load_checks(self) -> Sequence[Callable[[Any], None]]:
        """Pemeriksaan Latihan ini, menurut urutannya."""
        with on_cpu():  # the answer is examined there too, whatever device the notebook has made its default
            module = importlib.import_module(f"jejak.tasks.{self.name[3:]}")
        checks: Sequence[Callable[[Any], None]] = module.CHECKS
        return checks


def _read() -> dict[str, Latihan]:
    folder = files("jejak.tasks")
    tables = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    tasks = [_entry(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in tables]
    return {task.name: task for task in tasks}


def _entry(name: str, text: str) -> Latihan:
    about = tomllib.loads(text)
    parts: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}
    return Latihan(name=name.removesuffix(".toml"), **parts)


CATALOG: Mapping[str, Latihan] = _read()


def find(name: str) -> Latihan:
    """Latihan dengan nama itu.

    Galat: `ValueError` bila tidak ada; pesannya menyebut semua yang ada.

    >>> find("02_sigmoid_kustom").answers
    ('MySigmoid', 'my_sigmoid')
    """
    if name not in CATALOG:
        raise ValueError(
            f"Latihan {name!r} tidak ada: namanya mungkin salah ketik. Pilih salah satu dari {', '.join(CATALOG)}."
        )
    return CATALOG[name]
