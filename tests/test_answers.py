"""The corpus: every right answer is accepted, every wrong one is caught by the check and with the advice it names."""

import re
from functools import cache

import pytest

from jejak import judge
from jejak.catalog import CATALOG
from tools.twins import ROOT

FOLDER = ROOT / "tests" / "answers"
FILES = sorted(FOLDER.glob("[0-9][0-9]/*.py"))
RIGHT = [file for file in FILES if file.stem.startswith("right_")]
WRONG = [file for file in FILES if file.stem.startswith("wrong_")]
FEWEST = {"pemanasan": (2, 4)}  # right and wrong answers; of the four others more
MANY = (6, 12)
HEADER = re.compile(r"^check: (\w+)\nadvice: (.+)$", re.MULTILINE)
# Made by the watch over every answer, not by a Latihan of its own; seen to fail in test_judge.py.
WATCH = {"side_effects", "error", "time", "memory", "returns", "callable"}

tasks = pytest.mark.parametrize("task", CATALOG.values(), ids=CATALOG.keys())


def name_of(file):
    return next(name for name in CATALOG if name[:2] == file.parent.name)


@cache
def verdict(file):
    answer = {"__name__": "jawaban"}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), answer)
    return judge(name_of(file), answer)


def label(file):
    return f"{file.parent.name}-{file.stem}"


@pytest.mark.parametrize("file", RIGHT, ids=label)
def test_right_answer_is_accepted(file):
    assert (verdict(file).status, verdict(file).check) == ("benar", ""), verdict(file).message


@pytest.mark.parametrize("file", WRONG, ids=label)
def test_wrong_answer_is_caught_with_its_advice(file):
    check, advice = HEADER.search(file.read_text(encoding="utf-8")).groups()
    found = verdict(file)
    assert (found.status, found.check) == ("belum tepat", check), found.message
    assert advice in found.message


def test_every_file_belongs_to_the_corpus():
    assert sorted({*RIGHT, *WRONG}) == sorted(FOLDER.rglob("*.*"))
    assert {file.parent.name for file in FILES} == {name[:2] for name in CATALOG}


@tasks
def test_there_are_enough_answers(task):
    here = [file for file in FILES if file.parent.name == task.name[:2]]
    right, wrong = FEWEST.get(task.level, MANY)
    assert sum(file in RIGHT for file in here) >= right
    assert sum(file in WRONG for file in here) >= wrong


@tasks
def test_every_check_has_been_seen_to_fail(task):
    failed = {verdict(file).check for file in WRONG if file.parent.name == task.name[:2]}
    assert {check.__name__ for check in task.load_checks()} <= failed
    assert failed <= {check.__name__ for check in task.load_checks()} | WATCH
