"""Meja kerja sebuah Latihan di notebook: `check(...)` dan `hint(n)`."""

import os
from dataclasses import dataclass
from typing import NamedTuple

from jejak.box import Look, box
from jejak.catalog import Latihan, find
from jejak.judge import judge
from jejak.progress import remember
from jejak.verdict import Verdict

HINT = Look("◇", "#4c6ef5", "rgba(76, 110, 245, 0.10)")


class NotRight(AssertionError):
    """The answer is not right, and AUTOGRAD_CEK_KETAT=1 asks to be told by an error."""


@dataclass(frozen=True)
class Hint:
    """Satu petunjuk, tampil sebagai kotak di notebook."""

    heading: str
    message: str

    def __str__(self) -> str:
        return f"{self.heading}. {self.message}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": box(HINT, self.heading, self.message), "text/plain": f"{HINT.mark} {self}"}


class Checker:
    """Pemeriksa satu Latihan."""

    def __init__(self, task: Latihan) -> None:
        self.task = task

    def __call__(self, *parts: object) -> Verdict:
        """Menilai bagian-bagian jawaban, menurut urutan yang diminta Latihan ini.

        Galat: `NotRight` bila `AUTOGRAD_CEK_KETAT=1` dan jawabannya belum benar.
        """
        wanted = ", ".join(self.task.answers)
        if len(parts) != len(self.task.answers):
            verdict = Verdict.wrong(f"Yang diperiksa Latihan ini: `check({wanted})`. Anda memberi {len(parts)} bagian.")
        else:
            verdict = judge(self.task.name, dict(zip(self.task.answers, parts, strict=True)))
            remember(self.task.name, verdict)
        if os.environ.get("AUTOGRAD_CEK_KETAT") == "1" and verdict.status != "benar":
            raise NotRight(str(verdict))
        return verdict


class Hints:
    """Petunjuk satu Latihan, makin lama makin terang."""

    def __init__(self, task: Latihan) -> None:
        self.task = task

    def __call__(self, number: int) -> Hint:
        """Petunjuk nomor `number`, dari 1 sampai 3. Galat: tidak ada; nomor lain mendapat penjelasan."""
        hints = self.task.hints
        if number not in range(1, len(hints) + 1):
            return Hint("Petunjuk", f"Latihan ini punya petunjuk 1 sampai {len(hints)}, misalnya `hint(1)`.")
        return Hint(f"Petunjuk {number} dari {len(hints)}", hints[number - 1])


class Desk(NamedTuple):
    check: Checker
    hint: Hints


def latihan(name: str) -> Desk:
    """Membuka sebuah Latihan: memberi `check`, yang menilai jawaban, dan `hint`, yang memberi petunjuk.

    Galat: `ValueError` bila Latihan itu tidak ada; pesannya menyebut semua yang ada.

    >>> check, hint = latihan("02_sigmoid_kustom")
    >>> print(check(..., ...).status)
    belum dikerjakan
    >>> print(hint(4))
    Petunjuk. Latihan ini punya petunjuk 1 sampai 3, misalnya `hint(1)`.
    """
    task = find(name)
    return Desk(Checker(task), Hints(task))
