"""How long a beginner takes: the minutes of a lesson's core, part by part, at the rates of a timed reading."""

import re
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

WORDS = 130  # a minute
CODE, LINES = 1.1, 8  # minutes for every so many lines of code, and at least that for a cell
GUESS, FILM, CHANGE = 2.0, 1.5, 2.0  # minutes
LONGEST = 40  # minutes for a core
MORE = "## Lebih dalam"
STATED = re.compile(r"\*\*Waktu:\*\* (\d+) menit")
MARKUP = re.compile(r"\]\([^)]*\)|<details>.*?</details>|<[^>]*>|[#>*`|\[\]]", re.DOTALL)


class Part(NamedTuple):
    """The section of a lesson that begins with `title`."""

    title: str
    minutes: float


def split_core(cells: list[NotebookNode]) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """The core, and what stands under "Lebih dalam", which begins with a cell of its own."""
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown" and cell.source.startswith(MORE):
            return cells[:place], cells[place:]
    return cells, []


def minutes_of(cell: NotebookNode) -> float:
    """The minutes of one cell; a folded answer to Coba ubah is part of its two minutes."""
    if cell.cell_type == "markdown":
        words = len([word for word in MARKUP.sub(" ", cell.source).split() if re.search(r"\w", word)])
        asked = CHANGE * cell.source.count("**Coba ubah.**") + GUESS * cell.source.count("**Tebak dulu.**")
        return words / WORDS + asked
    if "kuis(" in cell.source:
        return 0.0  # a quiz has its own minutes
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return CODE * max(1.0, len(lines) / LINES) + FILM * len(re.findall(r"\bplay\(", cell.source))


def parts(cells: list[NotebookNode]) -> list[Part]:
    """The sections of a lesson, each with its minutes; a heading may stand in the middle of a cell."""
    found = [Part("", 0.0)]
    for cell in cells:
        if cell.cell_type == "code":
            found[-1] = found[-1]._replace(minutes=found[-1].minutes + minutes_of(cell))
            continue
        for piece in re.split(r"(?m)^(?=## )", cell.source):
            if heading := re.match(r"## (.+)", piece):
                found.append(Part(heading[1], 0.0))
            words = minutes_of(NotebookNode(cell_type="markdown", source=piece))
            found[-1] = found[-1]._replace(minutes=found[-1].minutes + words)
    return found


def core_minutes(cells: list[NotebookNode]) -> float:
    return sum(minutes_of(cell) for cell in split_core(cells)[0])


def stated_minutes(text: Path) -> int:
    """The minutes that the lesson promises for its core."""
    found = STATED.search(text.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0
