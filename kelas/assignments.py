"""`python -m kelas tugas` and `python -m kelas nilai`: what a teacher does with an assignment, as two commands."""

import csv
import grp
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kelas.folders import GRADES, GROUP, ROOT
from kelas.grading.assignment import write_assignment
from kelas.grading.points import gradable
from tools.problems import Problem
from tools.progress import Step

QUIET = "ignore:Object of type"  # what SQLAlchemy says of every first submission; nothing is lost
STEPS = {
    "Mengumpulkan": ("collect {name} --update",),
    "Menilai": ("autograde {name} --create",),
    "Mengembalikan umpan balik": ("generate_feedback {name} --force", "release_feedback {name}"),
    "Menulis tabel nilai": ("export",),
}


def nbgrader(*words: str) -> None:
    """One command of nbgrader in the folder of the grades. Raises Problem where it fails; it has said why."""
    programs = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"  # nbgrader looks for alembic there
    more = {"PATH": programs, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_PATH": str(ROOT / "kelas" / "nbgrader"),
            "PYTHONWARNINGS": QUIET}  # fmt: skip
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
    with Step(f"Membagikan {name}"):
        write_assignment(name, GRADES)
        nbgrader("generate_assignment", name, "--create", "--force")
        nbgrader("release_assignment", name, "--force")
    print(f"{name} sudah dibagikan. Peserta mengambilnya di JupyterLab: menu Nbgrader, Assignment List, Fetch.")
    return 0


def learners() -> list[str]:
    """Who is in the class."""
    try:
        return sorted(grp.getgrnam(GROUP).gr_mem)
    except KeyError:
        return []


def results(name: str, table: str, everybody: Sequence[str]) -> list[str]:
    """A line for everyone, from the table that nbgrader exports: the points, or that nothing was handed in."""
    rows = [row for row in csv.DictReader(table.splitlines()) if row["assignment"] == name]
    points = {row["student_id"]: f"{float(row['score']):g} dari {float(row['max_score']):g}" for row in rows}
    who = sorted({*points, *everybody})
    return [f"  {one:{max(map(len, who))}}  {points.get(one, 'belum mengumpulkan')}" for one in who]


def collect_and_grade(arguments: list[str]) -> int:
    """Collect what was handed in, grade it apart, give the feedback back, and write the grades as a table."""
    name = chosen(arguments)
    for told, commands in STEPS.items():
        with Step(told):
            for command in commands:
                nbgrader(*(word.format(name=name) for word in command.split()))
    table = GRADES / "grades.csv"
    print("\n".join(["", *results(name, table.read_text(encoding="utf-8"), learners()), ""]))
    print(f"Nilai semua tugas: {table}. Peserta membaca umpan baliknya dengan Fetch Feedback di Assignment List.")
    return 0
