"""Stands where nbgrader would run the notebook: nothing of a submission runs as the teacher."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from kelas.grading.assignment import submitted_cells
from kelas.grading.points import Grade, grade, shares
from kelas.grading.sandbox import command


class Judged(NbGraderPreprocessor):
    """Grades the submission apart, and writes points and advice into the cell that carries them."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        latihan = resources["nbgrader"]["notebook"]
        gradebook = Path(resources["nbgrader"]["db_url"].removeprefix("sqlite:///")).resolve().parent
        found = grade(latihan, command(gradebook), submitted_cells(nb))
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = outputs(latihan, found) if cell.metadata.get("nbgrader", {}).get("grade") else []
        return nb, resources


def outputs(latihan: str, found: Grade) -> list[NotebookNode]:
    """What the learner reads in the feedback, and last the number that nbgrader takes."""
    rows = [f"{row.name}: {found.parts[row.name]:g} dari {row.points:g}" for row in shares(latihan)]
    told = "\n".join([str(found.verdict), "", *rows]) + "\n"
    return [
        nbformat.v4.new_output("stream", name="stdout", text=told),
        nbformat.v4.new_output("execute_result", data={"text/plain": f"{found.points:g}"}, execution_count=1),
    ]
