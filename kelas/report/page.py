"""The teacher's page: one HTML file without scripts; names only where the teacher asked for them."""

from collections import Counter
from html import escape
from pathlib import Path
from string import Template

from jejak.catalog import CATALOG
from kelas.report.summary import STALLED, GuessRow, Summary, TaskRow

STATIC = Path(__file__).with_name("static")
NOTHING = '<p class="nothing">Belum ada.</p>'


def page(summary: Summary, names: bool = False) -> str:
    """The page as HTML; the same summary gives the same bytes."""
    guesses = "".join(_guess(row, names) for row in summary.guesses) or NOTHING
    stalled = [row for row in summary.tasks if row.stalled]
    return Template(_file("report.html")).substitute(
        style=_file("report.css"),
        count=len(summary.learners),
        guesses=guesses,
        stalled="".join(_stalled(row, names) for row in stalled) or NOTHING,
        tasks="".join(_task(row, names) for row in summary.tasks if row.caught) or NOTHING,
        done="".join(_done(row) for row in sorted(summary.tasks, key=lambda row: row.name)) or NOTHING,
        least=STALLED,
        begin=escape(begin(summary)),
    )


def begin(summary: Summary) -> str:
    """Where tomorrow's lecture could begin, in one sentence."""
    parts = []
    if summary.guesses:
        row = summary.guesses[0]
        wrong, people = row.often_missed()[0]
        parts.append(f"tebakan {row.name}, yang dijawab {wrong} oleh {people} orang")
    if summary.tasks and summary.tasks[0].stalled:
        row_ = summary.tasks[0]
        parts.append(f"Latihan {row_.name[:2]} ({_title(row_)}), tempat {len(row_.stalled)} orang terhenti")
    if not parts:
        return "Belum ada yang menonjol: lanjutkan saja."
    return f"Mulailah dari {', lalu '.join(parts)}."


def _guess(row: GuessRow, names: bool) -> str:
    often = row.often_missed()
    wrong = "".join(f"<li><code>{escape(text)}</code> <b>{people}</b> orang</li>" for text, people in often)
    who = _people(row.open) if names and row.open else ""
    told = f"{len(row.tried)} menebak, {len(row.right)} sudah tepat"
    return _card(f"Pelajaran {row.name[:2]}, tebakan {row.name[3:]}", f"<p>{told}</p><ul>{wrong}</ul>{who}")


def _stalled(row: TaskRow, names: bool) -> str:
    who = _people(row.stalled) if names else ""
    told = f"{len(row.stalled)} dari {len(row.tried)} orang yang mencoba"
    return _card(_heading(row), f"<p>{told}</p>{who}")


def _task(row: TaskRow, names: bool) -> str:
    head = "<tr><th>Pemeriksaan</th><th>Orang</th><th>Kali</th></tr>"
    lines = "".join(_check(check, by, names) for check, by in row.often_caught())
    return _card(_heading(row), f"<table>{head}{lines}</table>")


def _card(heading: str, inside: str) -> str:
    return f"<section><h3>{escape(heading)}</h3>{inside}</section>"


def _check(check: str, by: Counter[str], names: bool) -> str:
    who = f"<br>{_people([f'{name} ({times})' for name, times in sorted(by.items())], 'span')}" if names else ""
    return f"<tr><td><code>{escape(check)}</code>{who}</td><td>{len(by)}</td><td>{by.total()}</td></tr>"


def _done(row: TaskRow) -> str:
    part = 100 * len(row.right) // len(row.tried)
    return (f'<div class="bar"><span>{escape(_heading(row))}</span>'
            f'<meter min="0" max="100" value="{part}"></meter>'
            f"<b>{len(row.right)} dari {len(row.tried)}</b></div>")  # fmt: skip


def _people(names: list[str], tag: str = "p") -> str:
    return f'<{tag} class="who">{escape(", ".join(names))}</{tag}>'


def _heading(row: TaskRow) -> str:
    return f"{row.name[:2]} · {_title(row)}"


def _title(row: TaskRow) -> str:
    return CATALOG[row.name].title


def _file(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").rstrip("\n")
