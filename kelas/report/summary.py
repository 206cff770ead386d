"""What a class has done, added up: guesses that miss, checks that catch, Latihan that stall."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jejak.catalog import CATALOG
from jejak.guesses import GUESSES
from kelas.report.collect import Kept

STALLED = 3  # tries without being right
LONGEST = 60  # characters of a guess
SHOWN = 3  # different wrong guesses of one cell


@dataclass
class GuessRow:
    """One cell of a lesson: who tried, who is right by now, and what the others said."""

    name: str
    tried: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)  # learners, not tries

    @property
    def open(self) -> list[str]:
        return [one for one in self.tried if one not in self.right]

    def often_missed(self) -> list[tuple[str, int]]:
        """The wrong guesses that most learners made, the most frequent first."""
        return sorted(self.missed.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


@dataclass
class TaskRow:
    """One Latihan: who tried, who is right, who has stalled, and which check caught whom how often."""

    name: str
    tried: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    stalled: list[str] = field(default_factory=list)
    caught: dict[str, Counter[str]] = field(default_factory=dict)  # by check, then by learner

    def often_caught(self) -> list[tuple[str, Counter[str]]]:
        """The checks that caught most learners first."""
        return sorted(self.caught.items(), key=lambda pair: (-len(pair[1]), -pair[1].total(), pair[0]))


@dataclass
class Summary:
    learners: list[str]
    guesses: list[GuessRow]
    tasks: list[TaskRow]


def summarize(progress: Mapping[str, Kept]) -> Summary:
    """Only what the course itself names is counted: a learner's file may hold anything."""
    guesses = {name: GuessRow(name) for name in GUESSES}
    tasks = {name: TaskRow(name) for name in CATALOG}
    for learner, kept in sorted(progress.items()):
        guessed = kept.get("tebakan")
        for name, entry in _entries(guessed if isinstance(guessed, dict) else {}, guesses):
            _add_guess(guesses[name], learner, entry)
        for name, entry in _entries(kept, tasks):
            _add_task(tasks[name], learner, entry)
    missed = [row for row in guesses.values() if row.missed]
    tried = [row for row in tasks.values() if row.tried]
    return Summary(
        sorted(progress),
        sorted(missed, key=lambda row: (-row.missed.total(), row.name)),
        sorted(tried, key=lambda row: (-len(row.stalled), -len(row.caught), row.name)),
    )


def _entries(kept: Mapping[str, Any], known: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
    names = set(known)
    return [(name, entry) for name, entry in sorted(kept.items()) if name in names and isinstance(entry, dict)]


def _add_guess(row: GuessRow, learner: str, entry: Mapping[str, Any]) -> None:
    row.tried.append(learner)
    if entry.get("status") == "benar":
        row.right.append(learner)
    row.missed.update(_short(guess) for guess in _counts(entry.get("missed")))


def _add_task(row: TaskRow, learner: str, entry: Mapping[str, Any]) -> None:
    if entry.get("status") not in ("benar", "belum tepat"):
        return  # a hint was opened, no more
    row.tried.append(learner)
    if entry["status"] == "benar":
        row.right.append(learner)
    elif _number(entry.get("tries")) >= STALLED:
        row.stalled.append(learner)
    for check, times in _counts(entry.get("checks")).items():
        row.caught.setdefault(_short(check), Counter())[learner] += times


def _counts(value: object) -> dict[str, int]:
    """Text to a count, as far as it is that."""
    items = value.items() if isinstance(value, dict) else ()
    return {str(key): _number(count) for key, count in items if _number(count)}


def _number(value: object) -> int:
    return min(value, 10_000) if type(value) is int and value > 0 else 0


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
