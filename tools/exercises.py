"""An exercise made from its solution: the same notebook without the key."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.key_markers import CLOSE, GAP, OPEN, PROGRESS, TAG
from tools.twins import ROOT, canonical

ENDING = (
    nbformat.v4.new_markdown_cell(
        f"## Kemajuan\n\n{PROGRESS} Kunci dan pembahasan Latihan ini: [solusi](../solutions/{{name}}.ipynb)."
    ),
    nbformat.v4.new_code_cell("from jejak import progress\n\nprogress()"),
)


class MarkerError(Exception):
    """A key region that is not opened, closed or filled."""


def blank(source: str) -> str:
    """The code of a cell, each marked region replaced by a gap with the same indentation.

    Raises MarkerError, naming the line.
    """
    lines, opened, filled = [], 0, False
    for number, line in enumerate(source.splitlines(), 1):
        marker = line.strip()
        if marker == OPEN:
            if opened:
                raise MarkerError(f"baris {number}: bagian kunci dibuka lagi sebelum ditutup")
            opened, filled = number, False
        elif marker == CLOSE:
            if not opened or not filled:
                raise MarkerError(f"baris {number}: bagian kunci {'kosong' if opened else 'ditutup tanpa dibuka'}")
            lines.append(line[: len(line) - len(line.lstrip())] + GAP)
            opened = 0
        elif opened:
            filled = filled or bool(marker)
        else:
            lines.append(line)
    if opened:
        raise MarkerError(f"baris {opened}: bagian kunci tidak ditutup")
    return "\n".join(lines)


def exercise_of(solution: NotebookNode, name: str) -> NotebookNode:
    """The notebook that a learner gets, without outputs.

    Raises MarkerError, naming the cell, also when nothing is marked.
    """
    cells, gaps = [], 0
    for number, cell in enumerate(solution.cells, 1):
        if TAG in cell.metadata.get("tags", []):
            gaps += cell.cell_type == "code"  # the mended form of a program that the learner is given
            continue
        copy = NotebookNode(cell_type=cell.cell_type, source=cell.source, metadata=NotebookNode(cell.metadata))
        if cell.cell_type == "code":
            try:
                copy.source = blank(cell.source)
            except MarkerError as error:
                raise MarkerError(f"{name}, sel {number}, {error}") from error
            gaps += copy.source.count(GAP)
        elif re.search(rf"^\s*({OPEN}|{CLOSE})\s*$", cell.source, re.MULTILINE):
            raise MarkerError(f"{name}, sel {number}: penanda kunci hanya berlaku di sel kode")
        cells.append(copy)
    if not gaps:
        raise MarkerError(f"{name}: tidak ada bagian kunci, jadi tidak ada yang dikerjakan")
    for cell in ENDING:
        cells.append(NotebookNode(cell_type=cell.cell_type, source=cell.source.replace("{name}", name), metadata={}))
    return canonical(NotebookNode(cells=cells))


def exercise_text(solution: Path) -> Path:
    """Where the exercise of a solution lies: `solutions/01_x.md` gives `exercises/01_x.md`."""
    return solution.parent.parent / "exercises" / solution.name


def is_solution(text: Path) -> bool:
    return text.parent.name == "solutions"


def find_strays(root: Path = ROOT) -> list[Path]:
    """Exercises whose solution is gone, and what else lies in the two folders of notebooks without belonging there."""
    allowed = {".md", ".ipynb"}
    strays = []
    for path in sorted((root / "exercises").glob("[0-9][0-9]_*")):
        if path.suffix not in allowed or not (root / "solutions" / path.with_suffix(".md").name).exists():
            strays.append(path)
    return strays
