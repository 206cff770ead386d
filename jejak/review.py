"""Latihan yang sebaiknya dikerjakan berikutnya: yang belum selesai, yang perlu diulang, lalu yang baru."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from jejak.catalog import CATALOG, Latihan

MANY_HINTS = 2  # from the second hint on, most of the way was shown
AFTER_HINTS = 3  # days
FIRST_REVIEW = 7  # days; each further one comes after twice as many


@dataclass(frozen=True)
class Memory:
    """Apa yang tercatat tentang satu Latihan: hari terakhir diselesaikan, ulangannya, dan petunjuk terjauh."""

    day: str = ""
    reviews: int = 0
    helped: int = 0
    reading: int = 0

    def solved(self, today: date) -> "Memory":
        """Sesudah diselesaikan hari ini; menyelesaikan lagi di hari lain adalah satu ulangan."""
        again = bool(self.day) and self.day < today.isoformat() and not self.reading
        reviews = self.reviews + 1 if again else 0 if self.reading else self.reviews
        same_day = self.day == today.isoformat()
        helped = max(self.helped, self.reading) if same_day else self.reading
        return Memory(today.isoformat(), reviews, helped, 0)

    def hinted(self, number: int) -> "Memory":
        """Sesudah petunjuk `number` dibaca."""
        return replace(self, reading=max(self.reading, number))

    def due(self) -> date | None:
        """Hari mulai layak diulang; None bila belum pernah selesai."""
        if not self.day:
            return None
        wait = AFTER_HINTS if self.helped >= MANY_HINTS else FIRST_REVIEW * 2**self.reviews
        try:
            return date.fromisoformat(self.day) + timedelta(days=wait)
        except OverflowError:
            return date.max

    def as_entry(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value}


def read_memory(entry: object) -> Memory:
    """Catatan dari berkas kemajuan; yang rusak dianggap tidak ada."""
    if not isinstance(entry, dict):
        return Memory()
    try:
        day = date.fromisoformat(entry.get("day", "")).isoformat()
    except (TypeError, ValueError):
        day = ""
    counts = {key: _count(entry.get(key)) for key in ("reviews", "helped", "reading")}
    return Memory(day, **counts)


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value <= 20 else 0


def next_step(rows: Sequence[tuple[str, str, int]], memories: Mapping[str, Memory], today: date) -> str:
    """Satu kalimat tentang Latihan berikutnya, dan mengapa.

    >>> next_step([("01_gradien_manual", "belum tepat", 2)], {"01_gradien_manual": Memory()}, date(2026, 1, 1))
    'Berikutnya: 01 · Gradien manual, yang belum selesai.'
    """
    return next(_proposals(rows, memories, today), "Semua Latihan sudah benar, dan belum ada yang perlu diulang.")


def _proposals(rows: Sequence[tuple[str, str, int]], memories: Mapping[str, Memory], today: date) -> Iterator[str]:
    for name, status, _ in rows:
        if status == "belum tepat":
            yield f"Berikutnya: {_called(name)}, yang belum selesai."
    waiting = {name: due for name, status, _ in rows if status == "benar" and (due := memories[name].due())}
    for name, due in sorted(waiting.items(), key=lambda item: (item[1], item[0])):
        if due <= today:
            days = (today - date.fromisoformat(memories[name].day)).days
            if memories[name].helped >= MANY_HINTS:
                how = f", kali ini tanpa petunjuk; {days} hari yang lalu selesai dengan bantuannya."
            else:
                how = f" dari notebook kosong; terakhir selesai {days} hari yang lalu."
            yield f"Berikutnya: ulangi {_called(name)}{how}"
    untouched = [name for name, status, _ in rows if status == "belum dikerjakan"]
    for name in sorted(untouched, key=lambda name: _ready(CATALOG[name])):
        yield f"Berikutnya: {_called(name)}, sesudah pelajaran {CATALOG[name].lessons[-1][:2]}."


def _ready(task: Latihan) -> tuple[str, int, str]:
    return task.lessons[-1], task.minutes, task.name


def _called(name: str) -> str:
    return f"{name[:2]} · {CATALOG[name].title}"
