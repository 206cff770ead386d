"""Coba ubah: a folded answer below the question, and its numbers are what the changed code gives."""

import re

import pytest

from tests.changes import CHANGES
from tests.spoilers import NUMBER
from tools.twins import ROOT, find_texts

LESSONS = [text for text in find_texts(ROOT) if re.match(r"\d\d_", text.stem) and text.parent.name == "notebooks"]
QUESTION = "**Coba ubah.** "
ANSWER = re.compile(r"\n\n<details><summary>Jawaban</summary>\n\n(.+)\n\n</details>(?=\n)")


def questions():
    """Lesson, question and its folded answer, or None, of every Coba ubah."""
    for text in LESSONS:
        page = text.read_text(encoding="utf-8")
        for found in re.finditer(rf"^{re.escape(QUESTION)}(.+)$", page, re.MULTILINE):
            answer = ANSWER.match(page, found.end())
            yield text.stem[:2], found[1], answer[1] if answer else None


FOUND = list(questions())


def numbers(text):
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


@pytest.mark.parametrize("change", CHANGES, ids=[f"{lesson} {begin[:30]}" for lesson, begin in CHANGES])
def test_the_numbers_of_an_answer_are_computed(change):
    lesson, begin = change
    ((_, _, answer),) = [one for one in FOUND if one[0] == lesson and one[1].startswith(begin)]
    assert answer, "the answer stands folded below its question"
    wanted = CHANGES[change]() if CHANGES[change] else []
    told = numbers(answer)
    assert [value for value in wanted if not any(abs(value - one) < 1e-6 for one in told)] == [], told


def test_every_answer_is_checked():
    begun = {(lesson, begin) for lesson, begin in CHANGES}
    for lesson, question, answer in FOUND:
        if answer:
            assert any(lesson == one and question.startswith(begin) for one, begin in begun), question


def test_every_question_has_an_answer():
    assert [(lesson, question) for lesson, question, answer in FOUND if not answer] == []


def test_a_fold_is_closed_and_stands_alone():
    """Blank lines around it, or its Markdown is shown raw; and no formula in raw HTML."""
    for text in LESSONS:
        page = text.read_text(encoding="utf-8")
        assert page.count("<details>") == page.count("</details>") == len(ANSWER.findall(page)), text.stem
