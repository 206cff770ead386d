"""What the learners of the proof do: lesson 00 with its guesses, and the Latihan after it, right or wrong."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from kelas.folders import ROOT
from kelas.proof.accounts import Account, processes_of
from kelas.proof.learner import Learner
from kelas.proof.memory import Memory, has_loaded, memory_of

LESSON, LATIHAN = "notebooks/00_mulai_di_sini.ipynb", "exercises/10_naik_atau_turun.ipynb"
GUESSES = {True: ("24", "-8", "-60"), False: ("1", "1", "1")}
ANSWERS = {True: "right_key.py", False: "wrong_down.py"}
STATUS = {True: "benar", False: "belum tepat"}
GAP, CHECK = "# tulis di sini", "check("
SECRET = "rahasia.txt"
DATABASE = "sqlalchemy"  # which the hub needs, and nbgrader


class Done(NamedTuple):
    """What one learner got out of it."""

    account: Account
    right: bool
    start: float  # seconds until the page of the server answered
    memory: Memory  # with both kernels alive
    verdict: str
    errors: tuple[str, ...]


def cells_of(notebook: Mapping[str, Any]) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def guess(notebook: Mapping[str, Any], right: bool) -> None:
    """Fill the gaps of the guesses in the lesson, in their order."""
    open_guesses = [cell for cell in cells_of(notebook) if "tebakan = ..." in cell["source"]]
    for cell, value in zip(open_guesses, GUESSES[right], strict=True):
        cell["source"] = cell["source"].replace("tebakan = ...", f"tebakan = {value}")


def answer(notebook: Mapping[str, Any], right: bool) -> None:
    """Write an answer of the corpus into the cell that asks for it."""
    text = (ROOT / "tests" / "answers" / "10" / ANSWERS[right]).read_text(encoding="utf-8")
    cell = next(cell for cell in cells_of(notebook) if GAP in cell["source"])
    cell["source"] = text


async def study(learner: Learner, right: bool, start: float) -> Done:
    """Both notebooks, from the first cell to the last, saved as a browser saves them."""
    errors, verdict = [], ""
    for path, fill in ((LESSON, guess), (LATIHAN, answer)):
        notebook = await learner.open(path)
        fill(notebook, right)
        await learner.save(path, notebook)
        sources = [cell["source"] for cell in cells_of(notebook)]
        kernel = await learner.kernel(path)
        results = await learner.run(kernel, sources)
        errors += [f"{path}: {result.error}" for result in results if result.error]
        verdict = next((r.text for r, source in zip(results, sources) if source.startswith(CHECK)), verdict)
    return Done(learner.account, right, start, memory_of(learner.account.uid), verdict, tuple(errors))


def server_of(learner: Learner) -> int:
    """The process that serves the pages of this learner."""
    numbers = processes_of({learner.account.uid})
    return next(one for one in numbers if b"kelas.singleuser" in Path(f"/proc/{one}/cmdline").read_bytes())


async def open_menu(learner: Learner) -> list[str]:
    """What is wrong with nbgrader's menu: it must answer, and be loaded when it is opened and not before."""
    faults, server = [], server_of(learner)
    if has_loaded(server, DATABASE):
        faults.append(f"{learner.account.name}: the server has loaded {DATABASE}, which nothing has asked for")
    status, answer = await learner.call("GET", f"nbgrader_version?version={version('nbgrader')}")
    if status != 200 or answer != {"success": True}:
        faults.append(f"{learner.account.name}: nbgrader's menu gave {status}, {answer}")
    if not has_loaded(server, DATABASE):
        faults.append(f"{learner.account.name}: {DATABASE} is not seen in a server that has loaded it")
    return faults
