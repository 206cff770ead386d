"""`python -m kelas tugas 12_dua_jalan`: an assignment of nbgrader from the same solution that the course has."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from kelas.grading.points import gradable, shares
from tools.key_markers import CLOSE, OPEN, TAG
from tools.problems import Problem
from tools.twins import ROOT, read_notebook

CHECK = re.compile(r"^check\(", re.MULTILINE)
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
ANSWER, GRADE = "jawaban", "nilai"
TOLD = (
    "> **Tugas ini dinilai.** Kerjakan sel jawabannya, jalankan `check`, simpan, lalu kumpulkan. Jangan hapus atau "
    "salin sel; sel bertanda kunci tidak perlu diubah. Nilainya: {rows}. Sebuah bagian dinilai sendiri-sendiri, jadi "
    "yang sudah tepat mendapat nilainya walaupun yang lain belum."
)


def about(number: int, kind: str, points: float | None = None) -> dict[str, object]:
    """The metadata of a cell that nbgrader asks for."""
    name = f"{kind}_{number}" if kind == ANSWER else kind
    flags = {"grade": kind == GRADE, "solution": kind == ANSWER, "locked": kind != ANSWER, "task": False}
    return {"schema_version": 3, "grade_id": name, **flags, **({"points": points} if points is not None else {})}


def source_of(latihan: str) -> NotebookNode:
    """The source notebook: the key between nbgrader's markers, and one locked cell that carries the points.

    Raises Problem for a Latihan that can't be graded.
    """
    if latihan not in gradable():
        raise Problem(
            f"Latihan {latihan!r} tidak bisa dinilai terpisah; sebabnya ada di kelas/README.md.\nYang bisa dinilai: "
            f"{', '.join(gradable())}"
        )
    rows = shares(latihan)
    cells, given = [], read_notebook(ROOT / "solutions" / f"{latihan}.ipynb").cells
    last = max(number for number, cell in enumerate(given, 1) if cell.cell_type == "code" and CHECK.search(cell.source))
    for number, cell in enumerate(given, 1):
        if TAG in cell.metadata.get("tags", []):
            continue
        copy = NotebookNode(cell_type=cell.cell_type, source=cell.source, metadata=NotebookNode())
        copy.id = f"sel-{number}"
        if cell.cell_type == "code":
            copy.outputs, copy.execution_count = [], None
            if OPEN in cell.source:
                copy.source = cell.source.replace(OPEN, BEGIN).replace(CLOSE, END)
                copy.metadata["nbgrader"] = about(number, ANSWER)
            elif number == last:
                copy.metadata["nbgrader"] = about(number, GRADE, sum(row.points for row in rows))
        cells.append(copy)
    told = TOLD.format(rows="; ".join(f"{row.name} {row.points:g}" for row in rows))
    cells.insert(1, nbformat.v4.new_markdown_cell(told, id="tentang-nilai"))
    page = nbformat.v4.new_notebook(cells=cells)
    page.metadata = nbformat.from_dict({"kernelspec": {"display_name": "Python 3", "language": "python",
                                                       "name": "python3"}})  # fmt: skip
    return page


def submitted_cells(page: NotebookNode) -> list[str]:
    """The code of a submission that may define answers: all but the cell that carries the points."""
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    return [cell.source for cell in code if not cell.metadata.get("nbgrader", {}).get("grade")]


def write_assignment(latihan: str, course: Path) -> Path:
    """Lay the source notebook where nbgrader looks for it; gives its place."""
    target = course / "source" / latihan / f"{latihan}.ipynb"
    page = source_of(latihan)
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(page, target)
    return target


