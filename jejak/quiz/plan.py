"""Susunan semua kuis: pertanyaan pelajaran mana yang muncul kapan, berjarak makin lama."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

LESSONS = 17
OPENING = 3  # questions on earlier lessons
CLOSING = 5  # questions on the lesson itself
MIXED = 10
MIXED_AFTER = (3, 6, 9, 12)
NEWEST = 3  # lessons of which a mixed quiz asks twice

Kind = Literal["ingat", "uji", "campuran"]


class Slot(NamedTuple):
    """Satu tempat di sebuah kuis: pertanyaan ke-`place` dari persediaan `pool` sebuah pelajaran."""

    lesson: int
    pool: Literal["closing", "recall"]
    place: int


class Plan(NamedTuple):
    """Satu kuis: jenisnya, pelajaran tempatnya berdiri, dan pertanyaannya."""

    kind: Kind
    lesson: int
    slots: tuple[Slot, ...]


class _Memory:
    """When each lesson was last asked about, and how many of its questions are used up."""

    def __init__(self) -> None:
        self.time = 0
        self.last: dict[int, int] = {}
        self.used: Counter[int] = Counter()

    def ask(self, lesson: int) -> Slot:
        self.used[lesson] += 1
        self.time += 1
        self.last[lesson] = self.time
        return Slot(lesson, "recall", self.used[lesson] - 1)

    def oldest(self, lessons: range) -> int:
        return min(lessons, key=lambda lesson: self.last[lesson])  # not asked about for the longest time


def _opening(lesson: int, memory: _Memory) -> tuple[Slot, ...]:
    """The last lesson, the one before it, and the one that was not asked about for the longest time."""
    near = [lesson - 1, max(lesson - 2, 0)]
    slots = [memory.ask(one) for one in near]
    return (*slots, memory.ask(memory.oldest(range(max(lesson - 2, 1)))))


def _mixed(lesson: int, memory: _Memory) -> tuple[Slot, ...]:
    """Two questions on each of the newest lessons, the others on those not asked about for the longest time."""
    newest = range(lesson - NEWEST + 1, lesson + 1)
    recent = [memory.ask(one) for one in [*newest, *newest]]
    older = [memory.ask(memory.oldest(range(lesson))) for _ in range(MIXED - 2 * NEWEST)]
    woven = [slot for pair in zip(recent, older) for slot in pair]
    return (*woven, *recent[len(older):])


def _all() -> Iterator[Plan]:
    memory = _Memory()
    for lesson in range(LESSONS):
        if lesson:
            yield Plan("ingat", lesson, _opening(lesson, memory))
        yield Plan("uji", lesson, tuple(Slot(lesson, "closing", place) for place in range(CLOSING)))
        memory.time += 1
        memory.last[lesson] = memory.time
        if lesson in MIXED_AFTER:
            yield Plan("campuran", lesson, _mixed(lesson, memory))


PLANS: Mapping[str, Plan] = {
    f"{plan.lesson:02}" if plan.kind == "uji" else f"{plan.kind} {plan.lesson:02}": plan for plan in _all()
}
