"""Meja kerja sebuah Latihan di notebook: `check(...)` dan `hint(n)`."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from jejak.box import Look, box
from jejak.catalog import Latihan, find
from jejak.judge import judge
from jejak.progress import remember, remember_hint
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


class Memory:
    """Which mistakes have come back in this kernel, and which hints are open; kept for as long as the kernel lives."""

    def __init__(self) -> None:
        self.mistakes: Counter[tuple[str, str]] = Counter()
        self.opened: set[int] = set()
        self.noted: set[str] = set()


_MEMORIES: dict[str, Memory] = {}


class Checker:
    """Pemeriksa satu Latihan."""

    def __init__(self, task: Latihan, memory: Memory | None = None) -> None:
        self.task = task
        self.memory = memory or Memory()

    def __call__(self, *parts: object) -> Verdict:
        """Menilai bagian-bagian jawaban, menurut urutan yang diminta Latihan ini.

        Kekeliruan ditunjukkan letaknya dulu; bila yang sama datang lagi, juga obatnya; sesudah itu petunjuk mana yang
        membahasnya. Galat: `NotRight` bila `AUTOGRAD_CEK_KETAT=1` dan jawabannya belum benar.
        """
        wanted = ", ".join(self.task.answers)
        if len(parts) != len(self.task.answers):
            verdict = Verdict.wrong(f"Yang diperiksa Latihan ini: `check({wanted})`. Anda memberi {len(parts)} bagian.")
        else:
            verdict = self._judged(parts)
            remember(self.task.name, verdict)
        return _strict(verdict)

    def sampai(self, *parts: object) -> Verdict:
        """Menilai bagian-bagian pertama saja, pada Latihan yang dicicil: yang sesudahnya belum ditulis.

        Bila semuanya tepat putusannya "benar", dan Latihannya tercatat sebagai belum selesai.
        Galat: `NotRight` bila `AUTOGRAD_CEK_KETAT=1` dan bagian-bagian itu belum benar.
        """
        if len(parts) >= len(self.task.answers):
            return self(*parts)
        given, rest = self.task.answers[: len(parts)], self.task.answers[len(parts) :]
        verdict = self._judged([*parts, *[...] * len(rest)])
        if verdict.status == "belum dikerjakan" and {*given} <= {*verdict.done}:
            remember(self.task.name, replace(verdict, status="belum tepat"))
            told = ", ".join(f"`{name}`" for name in given)
            verdict = Verdict.right(f"Sampai di sini tepat: {told}. Berikutnya `{rest[0]}`, sekarang atau lain hari.")
        elif verdict.status == "belum tepat":
            remember(self.task.name, verdict)
        return _strict(verdict)

    def _judged(self, parts: Sequence[object]) -> Verdict:
        answer = dict(zip(self.task.answers, parts, strict=True))
        return self._once(self._told(judge(self.task.name, answer)))

    def _told(self, verdict: Verdict) -> Verdict:
        """As much of it as the learner is to hear this time."""
        if verdict.status != "belum tepat":
            self.memory.mistakes.clear()
            return verdict
        mistake = verdict.check, verdict.mend
        self.memory.mistakes[mistake] += 1
        times = self.memory.mistakes[mistake]
        parts = [verdict.message, verdict.mend if times > 1 else "", self._next_hint() if times > 2 else ""]
        return replace(verdict, message=" ".join(filter(None, parts)))

    def _next_hint(self) -> str:
        closed = [number for number in range(1, len(self.task.hints) + 1) if number not in self.memory.opened]
        if not closed:
            return "Baca sekali lagi ketiga petunjuknya; yang terakhir hampir jawabannya."
        return f"Kekeliruan yang sama datang lagi. Buka `hint({closed[0]})`."

    def _once(self, verdict: Verdict) -> Verdict:
        """A note on how answers are judged here is told once."""
        if verdict.note in self.memory.noted:
            return replace(verdict, note="")
        self.memory.noted.add(verdict.note)
        return verdict


def _strict(verdict: Verdict) -> Verdict:
    if os.environ.get("AUTOGRAD_CEK_KETAT") == "1" and verdict.status != "benar":
        raise NotRight(str(verdict))
    return verdict


class Hints:
    """Petunjuk satu Latihan, makin lama makin terang."""

    def __init__(self, task: Latihan, memory: Memory | None = None) -> None:
        self.task = task
        self.memory = memory or Memory()

    def __call__(self, number: int) -> Hint:
        """Petunjuk nomor `number`, dari 1 sampai 3. Galat: tidak ada; nomor lain mendapat penjelasan."""
        hints = self.task.hints
        if number not in range(1, len(hints) + 1):
            return Hint("Petunjuk", f"Latihan ini punya petunjuk 1 sampai {len(hints)}, misalnya `hint(1)`.")
        remember_hint(self.task.name, number)
        self.memory.opened.add(number)
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
    memory = _MEMORIES.setdefault(name, Memory())
    return Desk(Checker(task, memory), Hints(task, memory))
