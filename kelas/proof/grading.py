"""`python -m kelas.proof.grading`: an assignment from release to feedback with nbgrader, for five learners; as root.

Then a learner's code that looks for the gradebook, the solutions and the number, and must find none of them.
"""

import argparse
import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from kelas.folders import ROOT
from kelas.grading.assignment import write_assignment
from kelas.grading.points import grade
from kelas.grading.sandbox import command
from kelas.proof.accounts import Account, guarded, make_accounts, ours, processes_of
from kelas.proof.attack import ATTACK, FORGERIES

LATIHAN = "12_dua_jalan"
HEAD = "def value_and_gradient(a, b):\n"
ONE_PART = HEAD + "    L, K = a * b, 2 * a + b\n    return L / K, b / K - 2 * L / K**2, a / K\n"
WRONG = HEAD + "    return a, a, b\n"
BLANK = HEAD + "    ...  # tulis di sini\n"
FOREVER = HEAD + "    while True:\n        pass\n"
MARK = "### BEGIN SOLUTION"


class Case(NamedTuple):
    """A submission, and the points that it deserves."""

    name: str
    code: str
    points: float


def right() -> str:
    return (ROOT / "tests" / "answers" / "12" / "right_card_by_card.py").read_text(encoding="utf-8")


def cases() -> list[Case]:
    return [Case("right", right(), 10.0), Case("one part", ONE_PART, 6.0), Case("wrong", WRONG, 0.0),
            Case("blank", BLANK, 0.0), Case("forever", FOREVER, 0.0)]  # fmt: skip


def environment(folder: Path, grader: str, course: Path) -> dict[str, str]:
    programs = f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT), "KELAS_NILAI": str(folder / "nilai"),
            "KELAS_BURSA": str(folder / "bursa"), "KELAS_PENILAI": grader,
            "JUPYTER_CONFIG_PATH": str(ROOT / "kelas" / "nbgrader"), "OMP_NUM_THREADS": "1",
            "JUPYTER_PATH": str(course / "share" / "jupyter")}  # fmt: skip


def nbgrader(env: Mapping[str, str], cwd: Path, *words: str, account: Account | None = None) -> str:
    """One command of nbgrader, as root or as a learner. Raises RuntimeError with what it printed."""
    own = {} if account is None else {"HOME": str(account.home), "USER": account.name, "LOGNAME": account.name}
    who = [] if account is None else ["setpriv", f"--reuid={account.uid}", "--regid=nogroup", "--clear-groups"]
    done = subprocess.run([*who, sys.executable, "-m", "nbgrader", *words], cwd=cwd, env={**env, **own}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True)  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)}:\n{done.stderr[-2000:]}")
    return done.stdout + done.stderr


def together(work: Callable[..., Any], *rows: Sequence[Any]) -> None:
    """For every learner, as many at once as there are cores; the first error is raised."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(work, *row) for row in zip(*rows, strict=True)]:
            done.result()


def hand_in(env: Mapping[str, str], account: Account, case: Case) -> None:
    """Fetch, write the answer into the cell that asks for it, submit: as the learner's own user."""
    nbgrader(env, account.home, "fetch_assignment", LATIHAN, account=account)
    page = account.home / LATIHAN / f"{LATIHAN}.ipynb"
    notebook = json.loads(page.read_text(encoding="utf-8"))
    text = json.dumps(notebook)
    if MARK in text or "lewat_L" in text:
        raise RuntimeError("the released notebook still holds the key")
    cell = next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution"))
    cell["source"] = case.code
    page.write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(env, account.home, "submit", LATIHAN, account=account)


def scores(gradebook: Path) -> dict[str, float]:
    """The points of every learner, from the gradebook."""
    query = ("select submitted_assignment.student_id, sum(grade.auto_score) from grade "
             "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
             "join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id "
             "group by submitted_assignment.student_id")  # fmt: skip
    with sqlite3.connect(gradebook) as book:
        return {str(name): float(points) for name, points in book.execute(query)}


def go_round(folder: Path, env: Mapping[str, str], learners: Sequence[Account]) -> list[str]:
    """The whole way of an assignment; gives what was not as it must be."""
    course = folder / "nilai"
    write_assignment(LATIHAN, course)
    nbgrader(env, course, "generate_assignment", LATIHAN, "--create")
    nbgrader(env, course, "release_assignment", LATIHAN)
    together(lambda account, case: hand_in(env, account, case), learners, cases())
    nbgrader(env, course, "collect", LATIHAN)
    nbgrader(env, course, "autograde", LATIHAN, "--create")
    nbgrader(env, course, "generate_feedback", LATIHAN)
    nbgrader(env, course, "release_feedback", LATIHAN)
    faults, got = [], scores(course / "gradebook.db")
    for account, case in zip(learners, cases(), strict=True):
        if got.get(account.name) != case.points:
            faults.append(f"{case.name}: {got.get(account.name)} points, {case.points} deserved")
    together(lambda account: nbgrader(env, account.home, "fetch_feedback", LATIHAN, account=account), learners[:2])
    for account, case in zip(learners[:2], cases()):
        pages = list((account.home / LATIHAN / "feedback").rglob("*.html"))
        if not pages or f"dz/da: {4 if case.points else 0} dari 4" not in pages[0].read_text(encoding="utf-8"):
            faults.append(f"{case.name}: no feedback that names its parts: {pages}")
    print("points: " + ", ".join(f"{case.name} {got.get(one.name)}" for one, case in zip(learners, cases())))
    return faults


def attack(folder: Path, grader: str) -> list[str]:
    """What a learner's code could reach while it is graded."""
    hidden = [folder / "nilai", ROOT / "solutions", ROOT / "tests", ROOT / "jejak" / "tasks", folder / "home"]
    code = ATTACK.format(paths=[str(path) for path in hidden], parent=os.getpid(), grader=os.getuid())
    apart = command(folder / "nilai", grader, (folder / "home",))
    found = grade(LATIHAN, apart, [code, right()])
    faults = [] if found.points == 10.0 else [f"an attempt came through, or right was not right: {found.verdict}"]
    for name, forgery in FORGERIES.items():
        forged = grade(forgery.latihan, apart, [forgery.code])
        faults += [f"forged {name}: {forged.points}"] if forged.points > forgery.most else []
    open_door = grade(LATIHAN, [sys.executable, "-m", "kelas.grading.apart"], [code, right()])
    return faults + (["the attempts fail by themselves: they prove nothing"] if open_door.points else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--course", type=Path, required=True, help="environment that has JupyterLab and the course")
    course = parser.parse_args().course
    began, faults = time.monotonic(), []
    with guarded() as (folder, _):
        accounts = make_accounts(6, folder)
        for name, mode in (("nilai", 0o700), ("bursa", stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)):
            (folder / name).mkdir()
            (folder / name).chmod(mode)
        *learners, grader = accounts
        try:
            faults = go_round(folder, environment(folder, grader.name, course), learners)
            graded = time.monotonic() - began
            faults += attack(folder, grader.name)
            print(f"released, handed in, graded, returned in {graded:.0f} s; attempts to cheat refused")
        except RuntimeError as error:
            faults = [str(error)]
        uids = {one.uid for one in accounts}
    faults += [f"left over: {ours()}"] if ours() or processes_of(uids) or folder.exists() else []
    print("\n".join([f"everything, cleaned up, in {time.monotonic() - began:.0f} s", *(f"FAULT: {f}" for f in faults)]))
    print(f"{int(not faults)} passed, {int(bool(faults))} failed")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
