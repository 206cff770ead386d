"""The corpus: every right answer is accepted, every wrong one is caught by the check and with the advice it names."""

import re
from functools import cache

import pytest
import torch

from jejak import judge
from jejak.catalog import CATALOG
from tools.myst_text import read_text
from tools.twins import ROOT, code_cells

FOLDER = ROOT / "tests" / "answers"
FILES = sorted(FOLDER.glob("[0-9][0-9]/*.py"))
RIGHT = [file for file in FILES if file.stem.startswith("right_")]
WRONG = [file for file in FILES if file.stem.startswith("wrong_")]
# Right and wrong answers at least, by the first digit of the Latihan.
FEWEST = {"0": (6, 12), "1": (2, 4), "2": (2, 4), "3": (3, 5), "4": (3, 5), "5": (3, 8), "6": (3, 8)}
HEADER = re.compile(r"^check: (\w+)\nadvice: (.+)$", re.MULTILINE)
AFTER = re.compile(r"^after: (right_\w+)$", re.MULTILINE)  # what this answer does not write itself, it takes from there
UNTIL = re.compile(r"^until: torch (\d+)\.(\d+)$", re.MULTILINE)  # from there on torch itself makes it right
# Made by the watch over every answer, not by a Latihan of its own; seen to fail in test_judge.py.
WATCH = {"side_effects", "error", "time", "memory", "returns", "callable", "signature", "no_autograd"}

GIVEN = [task for task in CATALOG.values() if task.given]

tasks = pytest.mark.parametrize("task", CATALOG.values(), ids=CATALOG.keys())
given = pytest.mark.parametrize("task", GIVEN, ids=[task.name for task in GIVEN])


def name_of(file):
    return next(name for name in CATALOG if name[:2] == file.parent.name)


def load(cells):
    """The names after these cells, each by the name of its file and compiled for itself as in a notebook."""
    answer = {"__name__": "jawaban"}
    for name, cell in cells:
        exec(compile(cell, name, "exec"), answer)
    return answer


def written(file):
    """The cells of an answer: those of the right one that it stands after, then its own."""
    text = file.read_text(encoding="utf-8")
    before = AFTER.search(text)
    return [*(written(file.with_name(f"{before[1]}.py")) if before else []), (str(file), text)]


@cache
def verdict(file):
    return judge(name_of(file), load(written(file)))


def is_right_by_now(file):
    """Whether this torch makes a wrong answer right."""
    found = UNTIL.search(file.read_text(encoding="utf-8"))
    return found is not None and torch.torch_version.TorchVersion(torch.__version__) >= ".".join(found.groups())


def label(file):
    return f"{file.parent.name}-{file.stem}"


@pytest.mark.parametrize("file", RIGHT, ids=label)
def test_right_answer_is_accepted(file):
    assert (verdict(file).status, verdict(file).check) == ("benar", ""), verdict(file).message


@pytest.mark.parametrize("file", WRONG, ids=label)
def test_wrong_answer_is_caught_with_its_advice(file):
    check, advice = HEADER.search(file.read_text(encoding="utf-8")).groups()
    found = verdict(file)
    if is_right_by_now(file):
        assert (found.status, found.check) == ("benar", ""), found.message
        return
    assert (found.status, found.check) == ("belum tepat", check), found.message
    assert advice in f"{found.message} {found.mend}"


def test_every_file_belongs_to_the_corpus():
    assert sorted({*RIGHT, *WRONG}) == sorted(path for path in FOLDER.rglob("*.*") if path.suffix != ".pyc")
    assert {file.parent.name for file in FILES} == {name[:2] for name in CATALOG}


@tasks
def test_there_are_enough_answers(task):
    here = [file for file in FILES if file.parent.name == task.name[:2]]
    right, wrong = FEWEST[task.name[0]]
    assert sum(file in RIGHT for file in here) >= right
    assert sum(file in WRONG for file in here) >= wrong


@tasks
def test_every_check_has_been_seen_to_fail(task):
    here = [file for file in WRONG if file.parent.name == task.name[:2] and not is_right_by_now(file)]
    failed = {verdict(file).check for file in here}
    assert {check.__name__ for check in task.load_checks()} <= failed
    assert failed <= {check.__name__ for check in task.load_checks()} | WATCH


def as_given(task):
    """The names that the notebook has when the given program has been run, and nothing after it."""
    imports = code_cells(read_text(ROOT / "solutions" / f"{task.name}.md"))[0].source
    return load([("<given>", imports), ("<given>", task.given)])


@given
def test_given_program_counts_as_not_begun(task):
    assert judge(task.name, as_given(task)).status == "belum dikerjakan"


@given
def test_given_program_is_wrong_once_it_is_touched(task):
    touched = {name: renamed(part) for name, part in as_given(task).items() if name in task.answers}
    assert judge(task.name, touched).status == "belum tepat"


def renamed(part):
    """The same behaviour in other words."""
    return type("Lain", (part,), {}) if isinstance(part, type) else lambda *args, **kwargs: part(*args, **kwargs)
