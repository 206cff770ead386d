"""Kemajuan di komputer ini: Latihan dan tebakan mana yang sudah dikerjakan dan apa putusannya."""

import contextlib
import json
import os
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, get_args

from jejak.catalog import CATALOG, Latihan
from jejak.folders import data_folder, exercises_folder
from jejak.review import next_step, read_memory
from jejak.verdict import LOOKS, Status, Verdict

UNTOUCHED: Status = "belum dikerjakan"
BEST: Status = "benar"
GUESSES = "tebakan"  # beside the names of Latihan
KINDS = 12  # wrong guesses, or checks, that are told apart in one entry


def place() -> Path:
    """Berkas kemajuan: yang disebut `AUTOGRAD_KEMAJUAN`, `.kemajuan.json` di folder `exercises`, atau folder data Anda.

    Folder data dipakai bila paket ini terpasang sendiri, di luar folder kursus.
    """
    if named := os.environ.get("AUTOGRAD_KEMAJUAN"):
        return Path(named)
    exercises = exercises_folder()
    return exercises / ".kemajuan.json" if exercises else data_folder() / "kemajuan.json"


@dataclass(frozen=True)
class Progress:
    """Tabel semua Latihan beserta keadaannya.

    >>> print(Progress((("01_gradien_manual", "benar", 3),)).summary)
    1 dari 1 Latihan benar.
    """

    rows: tuple[tuple[str, Status, int], ...]
    advice: str = ""
    guesses: tuple[Status, ...] = ()

    @property
    def summary(self) -> str:
        """Banyaknya yang sudah benar, dalam satu kalimat."""
        told = f"{sum(status == BEST for _, status, _ in self.rows)} dari {len(self.rows)} Latihan benar."
        tried = f"{self.guesses.count(BEST)} dari {len(self.guesses)} tebakan yang dicoba tepat."
        return f"{told} {tried}" if self.guesses else told

    def __str__(self) -> str:
        lines = [f"{LOOKS[status].mark} {name:28} {_told(status, tries)}" for name, status, tries in self.rows]
        return "\n".join([*lines, self.summary, *filter(None, [self.advice])])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        row, table = (Template(_file(name)) for name in ("progress_row.html", "progress.html"))
        rows = "".join(row.substitute(_cells(CATALOG[name], status, tries)) for name, status, tries in self.rows)
        told = " ".join(filter(None, [self.summary, self.advice]))
        return {"text/html": table.substitute(rows=rows, summary=escape(told)), "text/plain": str(self)}


def progress(today: date | None = None) -> Progress:
    """Kemajuan Anda di komputer ini, sebagai tabel, dan Latihan yang sebaiknya dikerjakan berikutnya.

    Dibaca dari `exercises/.kemajuan.json`, atau dari folder data Anda bila paket ini dipasang di luar folder kursus;
    `jejak.progress.place` menyebut tempatnya. Menghapus berkas itu hanya mengosongkan tabel ini; jawaban Anda ada di
    notebook. `today` adalah hari yang dianggap hari ini. Galat: tidak ada; berkas yang rusak dianggap kosong.

    >>> progress().summary.endswith(f"dari {len(CATALOG)} Latihan benar.")
    True
    """
    kept = _read()
    rows = tuple((name, *_state(kept.get(name))) for name in CATALOG)
    memories = {name: read_memory(kept.get(name)) for name in CATALOG}
    guesses = tuple(_state(entry)[0] for _, entry in sorted(_guesses(kept).items()))
    return Progress(rows, next_step(rows, memories, today or date.today()), guesses)


def remember(name: str, verdict: Verdict, today: date | None = None) -> None:
    """Mencatat satu percobaan; yang pernah benar tetap benar. Kunci di folder `solutions` tidak dicatat."""
    if verdict.status == UNTOUCHED or _is_key():
        return
    kept = _read()
    memory = read_memory(kept.get(name))
    if verdict.status == BEST:
        memory = memory.solved(today or date.today())
    caught = _counted(kept.get(name), "checks", verdict.check)
    kept[name] = {**_tried(kept.get(name), verdict), **caught, **memory.as_entry()}
    _write(kept)


def remember_hint(name: str, number: int) -> None:
    """Mencatat petunjuk terjauh yang dibaca sejak Latihan itu terakhir diselesaikan."""
    if _is_key():
        return
    kept = _read()
    entry = kept.get(name)
    entry = entry if isinstance(entry, dict) else {}
    kept[name] = {**entry, **read_memory(entry).hinted(number).as_entry()}
    _write(kept)


def remember_guess(name: str, guess: str, verdict: Verdict) -> None:
    """Mencatat tebakan terakhir di sebuah sel pelajaran; yang pernah tepat tetap tepat. `...` tidak dicatat."""
    if verdict.status == UNTOUCHED or _is_key():
        return
    kept = _read()
    guesses = _guesses(kept)
    missed = _counted(guesses.get(name), "missed", "" if verdict.status == BEST else guess)
    kept[GUESSES] = {**guesses, name: {"guess": guess, **_tried(guesses.get(name), verdict), **missed}}
    _write(kept)


def _is_key() -> bool:
    """Whether it is the key that runs, and not the learner."""
    return Path.cwd().name == "solutions"


def _tried(before: object, verdict: Verdict) -> dict[str, Any]:
    """An entry after one more try: what was right stays right, and is counted no further."""
    status, tries = _state(before)
    best = BEST if BEST in (status, verdict.status) else verdict.status
    return {"status": best, "tries": tries + (status != BEST)}


def _counted(before: object, kind: str, what: str) -> dict[str, dict[str, int]]:
    """How often each check caught an answer, or each wrong guess was made; only the first dozen are told apart."""
    counts = before.get(kind) if isinstance(before, dict) else None
    known = {key: n for key, n in counts.items() if isinstance(n, int)} if isinstance(counts, dict) else {}
    if what and _state(before)[0] != BEST and (what in known or len(known) < KINDS):
        known[what] = known.get(what, 0) + 1
    return {kind: known} if known else {}


def _guesses(kept: dict[str, Any]) -> dict[str, Any]:
    guesses = kept.get(GUESSES)
    return guesses if isinstance(guesses, dict) else {}


def _write(kept: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # a read-only folder costs the table, not the answer
        place().parent.mkdir(parents=True, exist_ok=True)
        draft = place().with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(place())


def _read() -> dict[str, Any]:
    try:
        kept = json.loads(place().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _state(entry: object) -> tuple[Status, int]:
    if not isinstance(entry, dict) or entry.get("status") not in get_args(Status):
        return UNTOUCHED, 0
    tries = entry.get("tries")
    return entry["status"], tries if isinstance(tries, int) and tries > 0 else 1


def _told(status: Status, tries: int) -> str:
    return status if tries == 0 else f"{status}, {tries} percobaan"


def _cells(task: Latihan, status: Status, tries: int) -> dict[str, str]:
    look = LOOKS[status]
    about = {"name": task.name, "title": task.title, "level": task.level, "told": _told(status, tries)}
    return {key: escape(value) for key, value in about.items()} | {
        "number": task.name[:2], "minutes": str(task.minutes), "mark": look.mark, "line": look.line,
    }  # fmt: skip


def _file(name: str) -> str:
    return files("jejak").joinpath(name).read_text(encoding="utf-8").rstrip("\n")
