"""What a guess may show: no answer above it, and a hint that is none."""

import pytest
import torch

from jejak.guesses import GUESSES
from tests.spoilers import read_section, spoils
from tests.test_lessons import TEXTS, lessons, run
from tools.myst_text import read_text

# Where the number of an answer stands above its guess and yet answers nothing; at most ten.
ALLOWED = {
    "06/1": "the 4 is the number of inputs, which the shapes of the weights repeat",
    "06/5": "the three choices are named, and the guess is which of them",
    "09/6": "the 0 belongs to a loss and to an index; how many stay finite is said nowhere",
    "10/3": "both slopes at the kink are named, 0 and 1, and the guess is which of them",
    "11/6": "the 0 is a target, an input and the gradient of other patients",
    "12/3": "the 2 is the input x, and the slope of what is kept equals it",
}


def test_exceptions_are_few_and_give_reasons():
    assert len(ALLOWED) <= 10 and all(len(why) > 20 for why in ALLOWED.values()) and {*ALLOWED} <= {*GUESSES}


def spoilt(text):
    _, _, results, outputs = run(text)
    above = read_section(read_text(text).cells, outputs)
    assert above.keys() == results.keys()
    return {name: seen for name, answer in results.items()
            if (seen := [one for one in above[name] if spoils(one.text, answer)])}


@lessons
def test_nothing_above_a_guess_answers_it(text):
    assert {name: seen for name, seen in spoilt(text).items() if name not in ALLOWED} == {}


def test_every_exception_is_still_needed():
    assert {name for text in TEXTS for name in spoilt(text)} == {*ALLOWED}


@lessons
def test_a_hint_is_not_the_answer(text):
    for name, answer in run(text)[2].items():
        about = GUESSES[name]
        assert not spoils(about.hint, answer), name
        assert all(not spoils(reply, answer) for reply in about.replies.values()), name
        right = about.reasons.get(about.because)
        assert right is None or all(right not in one.text for one in above(text)[name]), name


def above(text):
    return read_section(read_text(text).cells, run(text)[3])


LESSON = """# 01 · Judul 24

## Bagian

Harganya 10, dan `-5` di sini. Di pelajaran 24 ada lagi.

**Tebak dulu.** Berapa? Tulis sebagai daftar, misalnya `[0, 0]`, atau `RuntimeError`.
"""


@pytest.mark.parametrize(
    ("text", "answer", "told"),
    [
        ("laba 24 ribu", 24, True), ("laba 24.0", torch.tensor(24.0), True), ("−24", -24.0, True),
        ("24,0 ribu", 24.0, True),
        ("124 dan 24.5 dan x24", 24, False), ("0.333", 1 / 3, True), ("0.33", 1 / 3, False), ("1.20", 1.2, True),
        ("isinya [2., 4.]", torch.tensor([2.0, 4.0]), True), ("isinya (2, 4)", [2.0, 4.0], True),
        ("2, 4", [2.0, 4.0], False), ("tensor([2, 4, 6])", torch.tensor([2.0, 4.0]), False),
        ("muncul RuntimeError: x", RuntimeError, True),
        ("ValueError", RuntimeError, False), ("kartu pow", "pow", True), ("powers", "pow", False),
        ("True", True, False),
        ("[True, False]", [True, False], True), ("[False, True]", [True, False], False), ("None", None, False),
    ],
)  # fmt: skip
def test_an_answer_is_recognised(text, answer, told):
    assert spoils(text, answer) is told


class Cell:
    def __init__(self, kind, source):
        self.cell_type, self.source = kind, source


def seen(*cells, outputs):
    return {name: [(one.kind, one.text) for one in found] for name, found in read_section(cells, outputs).items()}


def test_a_section_is_read_from_its_heading_to_the_guess():
    found = seen(
        Cell("markdown", "## Lama\n\n99"), Cell("code", "x = 1  # lama"), Cell("markdown", LESSON),
        Cell("code", "y = 2  # baru"), Cell("code", 'tebakan = ...  # di sini\npredict("01/1", tebakan, 3)'),
        outputs=["lama\0", "cetak\0nilai", "sel\0putusan"],
    )["01/1"]  # fmt: skip
    kinds = [kind for kind, _ in found]
    assert kinds == ["prosa", "komentar", "keluaran", "komentar", "keluaran"]
    texts = [text for _, text in found]
    assert texts[1:] == ["# baru", "cetak\nnilai", "# di sini", "sel"]
    assert "10" in texts[0] and "-5" in texts[0] and "24" not in texts[0], "numbers of lessons are no numbers"
    assert "RuntimeError" not in texts[0] and "Berapa?" in texts[0], "how to write a guess is no answer"
