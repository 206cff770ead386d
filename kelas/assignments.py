"""`python -m kelas tugas` and `python -m kelas nilai`: what a teacher does with an assignment, as two commands."""

import os
import subprocess
import sys
from pathlib import Path

from kelas.folders import GRADES, ROOT
from kelas.grading.assignment import write_assignment
from kelas.grading.points import gradable
from tools.problems import Problem


def nbgrader(*words: str) -> None:
    """One command of nbgrader in the folder of the grades. Raises Problem where it fails; it has said why."""
    programs = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"  # nbgrader looks for alembic there
    more = {"PATH": programs, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_PATH": str(ROOT / "kelas" / "nbgrader")}
    command = [sys.executable, "-m", "nbgrader", *words, "--log-level=WARN"]
    if subprocess.call(command, cwd=GRADES, env={**os.environ, **more}):
        raise Problem(f"nbgrader {' '.join(words)} tidak berhasil; sebabnya tertulis di atas.")


def chosen(arguments: list[str]) -> str:
    if len(arguments) != 1 or arguments[0] not in gradable():
        raise Problem(f"Sebut satu Latihan yang bisa dinilai: {', '.join(gradable())}")
    return arguments[0]


def release(arguments: list[str]) -> int:
    """Make the assignment from the course's own solution, and release it."""
    name = chosen(arguments)
    write_assignment(name, GRADES)
    nbgrader("generate_assignment", name, "--create", "--force")
    nbgrader("release_assignment", name, "--force")
    print(f"{name} sudah dibagikan. Peserta mengambilnya dari menu nbgrader, Assignment List, di JupyterLab.")
    return 0


def collect_and_grade(arguments: list[str]) -> int:
    """Collect what was handed in, grade it apart, give the feedback back, and write the grades as a table."""
    name = chosen(arguments)
    nbgrader("collect", name, "--update")
    nbgrader("autograde", name, "--create")
    nbgrader("generate_feedback", name, "--force")
    nbgrader("release_feedback", name)
    nbgrader("export")
    print(f"Nilai seluruh kelas: {GRADES / 'grades.csv'}. Umpan baliknya sudah kembali ke peserta.")
    return 0
