"""The quizzes: their data, every answer computed with torch, the order of options, and what a page of them carries."""

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
from collections import Counter
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from playwright._impl._driver import compute_driver_executable
from torch import nn

from autograd_viz.assets import script
from jejak import kuis
from jejak.quiz import verdicts
from jejak.quiz.page import page
from jejak.quiz.plan import CLOSING, LESSONS, MIXED, MIXED_AFTER, OPENING, PLANS
from jejak.quiz.questions import LETTERS, Choice, Known, Number, Option, Order, Rule, pools, questions_of
from tools.myst_text import read_text
from tools.twins import find_lessons

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 12_000  # bytes of one output
HOSTILE = "</script><img src=x onerror=alert(1)>'\"&<!--"

ALL = {
    f"{lesson:02} {pool} {place}": question
    for lesson, one in enumerate(pools())
    for pool, questions in one._asdict().items()
    for place, question in enumerate(questions, 1)
}
CHOICES = {name: one for name, one in ALL.items() if isinstance(one, Choice)}
NUMBERS = {name: one for name, one in ALL.items() if isinstance(one, Number)}
ORDERS = {name: one for name, one in ALL.items() if isinstance(one, Order)}


def of(questions):
    return pytest.mark.parametrize("question", questions.values(), ids=list(questions))


def sentences(question):
    """Every sentence that an answer may get, by what it answers."""
    if isinstance(question, Choice):
        return {option.text: option.say for option in question.options}
    if isinstance(question, Number):
        return {**{str(known.value): known.say for known in question.known}, "other": question.other}
    return {"right": question.say, **{f"{rule.first}{rule.then}": rule.say for rule in question.rules}}


# The plan


def test_there_are_at_least_140_questions_and_each_stands_in_one_place():
    slots = [slot for plan in PLANS.values() for slot in plan.slots]
    assert len(ALL) >= 140
    assert len(set(slots)) == len(slots) == len(ALL)
    assert len({question.ask + getattr(question, "code", "") for question in ALL.values()}) == len(ALL)


def test_every_lesson_opens_and_closes_and_every_third_has_a_mixed_quiz():
    sizes = {name: len(questions_of(name)) for name in PLANS}
    assert sizes == {
        **{f"ingat {lesson:02}": OPENING for lesson in range(1, LESSONS)},
        **{f"{lesson:02}": CLOSING for lesson in range(LESSONS)},
        **{f"campuran {lesson:02}": MIXED for lesson in MIXED_AFTER},
    }


def test_no_quiz_asks_of_a_lesson_to_come():
    for name, plan in PLANS.items():
        latest = plan.lesson - (plan.kind == "ingat")
        assert max(slot.lesson for slot in plan.slots) <= latest, name


@pytest.mark.parametrize("lesson", range(3, LESSONS))
def test_a_lesson_opens_with_the_last_the_one_before_and_one_from_long_ago(lesson):
    last, before, far = [slot.lesson for slot in PLANS[f"ingat {lesson:02}"].slots]
    assert (last, before) == (lesson - 1, lesson - 2)
    assert far < lesson - 2


def test_no_lesson_is_forgotten_for_long():
    met = {lesson: lesson for lesson in range(LESSONS)}
    gaps = []
    for plan in PLANS.values():
        for slot in plan.slots:
            gaps.append((plan.lesson - met[slot.lesson], slot.lesson))
            met[slot.lesson] = plan.lesson
    assert max(gaps)[0] <= 6
    assert min(met.values()) >= 9, "each is met again in the last four lessons"


@pytest.mark.parametrize("after", MIXED_AFTER)
def test_a_mixed_quiz_changes_the_lesson_with_every_question(after):
    lessons = [slot.lesson for slot in PLANS[f"campuran {after:02}"].slots]
    assert all(one != other for one, other in zip(lessons, lessons[1:], strict=False))
    assert len(set(lessons)) >= 4


# The data


def test_all_kinds_are_used():
    kinds = Counter(question.kind for question in ALL.values())
    assert set(kinds) == {"pilihan", "alasan", "angka", "urutan"}
    assert min(kinds.values()) >= 8
    for lesson, pool in enumerate(pools()):
        assert len({question.kind for question in pool.closing}) >= 3, lesson


@of(ALL)
def test_every_answer_has_a_sentence_of_its_own(question):
    said = sentences(question)
    assert len(set(said.values())) == len(said)
    for text in [question.ask, *said.values()]:
        assert text == text.strip() and "!" not in text
        assert text[-1] in ".?)", text
        assert text.count("`") % 2 == 0


@of(CHOICES)
def test_a_choice_has_at_least_three_different_options(question):
    texts = [option.text for option in question.options]
    assert len(set(texts)) == len(texts) >= 3


@of({name: one for name, one in CHOICES.items() if one.kind == "alasan"})
def test_the_reason_counts_not_only_the_verdict(question):
    right, *wrong = question.options
    assert all(option.verdict is not None for option in question.options)
    assert right.verdict in {option.verdict for option in wrong}, "the right verdict with a wrong reason"
    assert {option.verdict for option in wrong} == {True, False}


@of(NUMBERS)
def test_known_numbers_lie_apart(question):
    right, *wrong = question.known
    assert len(wrong) >= 2
    for one, other in permutations(question.known, 2):
        assert abs(one.value - other.value) > one.near


def test_the_right_option_stands_anywhere():
    for size in (3, 4):
        places = Counter(one.shown.index(one.options[0]) for one in CHOICES.values() if len(one.options) == size)
        assert len(places) == size
        assert max(places.values()) < 0.5 * places.total()


def test_the_length_of_an_option_tells_nothing():
    for extreme in (max, min):
        told = [extreme(one.options, key=lambda option: len(option.text)) == one.options[0] for one in CHOICES.values()]
        assert sum(told) < 0.4 * len(told), extreme


def test_the_verdict_of_a_statement_tells_nothing():
    verdicts_ = Counter(one.options[0].verdict for one in CHOICES.values() if one.kind == "alasan")
    assert min(verdicts_[True], verdicts_[False]) > 0.4 * verdicts_.total()


@of(ORDERS)
def test_lines_are_not_shown_in_order(question):
    assert question.right != LETTERS[: len(question.lines)]
    assert verdicts.judge(question, LETTERS[: len(question.lines)]).status == "belum tepat"


# The answers, computed


def run(source, names):
    """The value of the last line of some code, or the class of the error that stopped it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(tree, "question", "exec"), names)
            return eval(compile(ast.Expression(last.value), "question", "eval"), names) if last else None
        except Exception as error:
            return type(error)
        finally:
            torch.autograd.set_detect_anomaly(False)


def fresh():
    torch.manual_seed(0)
    return {"torch": torch, "nn": nn, "F": F, "warnings": warnings}


def computed(question):
    return run("\n".join([question.code, question.check]), fresh())


def plain(value):
    """A value in the form in which options are written."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, torch.Size):
        return str(tuple(value))
    if isinstance(value, torch.Tensor):
        return plain(value.detach().tolist())
    if isinstance(value, list):
        return f"[{', '.join(map(plain, value))}]"
    if isinstance(value, float):
        return f"{round(value, 4):g}"
    return str(value)


def literal(option):
    """What an option claims: the first piece of code in it."""
    found = re.search(r"`([^`]+)`", option.text)
    return found[1] if found else ""


FACT = re.compile(r"[-+]?[\d.]+|[\[(].*[\])]|\w+Error|True|False|None")


def is_fact(option):
    """A number, a shape, a list, an error or nothing at all: what torch decides."""
    return option.text.startswith("`") and FACT.fullmatch(literal(option)) is not None


COMPUTED = {name: one for name, one in CHOICES.items() if one.check or is_fact(one.options[0])}


def test_most_choices_are_computed():
    assert len(COMPUTED) + len(NUMBERS) + len(ORDERS) >= 110


@of({name: one for name, one in COMPUTED.items() if one.kind == "pilihan"})
def test_the_right_option_is_what_torch_says(question):
    right, *wrong = question.options
    said = plain(computed(question))
    assert said in (literal(right), *re.findall(r"`([^`]+)`", right.text))
    assert said not in [literal(option) for option in wrong if option.text.startswith("`")]


@of({name: one for name, one in COMPUTED.items() if one.kind == "alasan"})
def test_the_statement_is_as_true_as_torch_says(question):
    assert computed(question) is question.options[0].verdict


@of(NUMBERS)
def test_the_right_number_is_what_torch_says(question):
    value = computed(question)
    assert not isinstance(value, type), value
    right, *wrong = question.known
    got = float(value.item() if isinstance(value, torch.Tensor) else value)
    assert abs(got - right.value) <= max(right.near, 1e-5 * abs(right.value)), got
    assert verdicts.judge(question, repr(round(got, 6))).status == "benar"
    assert all(abs(got - known.value) > known.near for known in wrong)


@of(ORDERS)
def test_an_order_is_right_exactly_when_it_computes_the_same(question):
    want = outcome(question, question.right)
    assert not isinstance(want, type), want
    for letters in permutations(LETTERS[: len(question.lines)]):
        judged = verdicts.judge(question, "".join(letters)).status == "benar"
        assert judged == (outcome(question, letters) == want), letters


def outcome(question, letters):
    lines = [question.lines[LETTERS.index(letter)] for letter in letters]
    return run("\n".join([question.setup, *lines, question.check]), fresh())


@of(ORDERS)
def test_every_rule_is_broken_by_some_order(question):
    letters = LETTERS[: len(question.lines)]
    said = {verdicts.judge(question, "".join(order)).message for order in permutations(letters)}
    assert said == {question.say, *(rule.say for rule in question.rules)}


@of({name: one for name, one in ALL.items() if getattr(one, "code", "")})
def test_code_runs_up_to_the_error_that_is_asked_for(question):
    raised = run(question.code, fresh())
    if isinstance(raised, type):
        assert literal(question.options[0]) == raised.__name__


# Judging, in Python and in the page

SPOKEN = ["", "  ", "24,0", "-0,5", "+3,25", "abc", "1/3", "1.2.3", ".5", "5.", "1e3", "1E-3", "--3", "- 3", "−3", "–3",
          "‒3", "nan", "inf", "1e999", "0x10", "１２", "3 000", "\t7\n", "\u00a08\u00a0", "1_000",
          "+", "."]  # fmt: skip


def number_cases():
    for question in NUMBERS.values():
        pairs = [(known.value, known.near) for known in question.known]
        near = [f"{value + step * gap!r}" for value, gap in pairs for step in (-1.01, -0.99, 0, 0.99, 1.01)]
        for text in [*SPOKEN, *near]:
            yield pairs, text


def order_cases():
    for question in ORDERS.values():
        pairs = [(rule.first, rule.then) for rule in question.rules]
        for order in permutations(LETTERS[: len(question.lines)]):
            yield pairs, "".join(order)


@pytest.mark.needs("node")
@pytest.mark.parametrize("shape", ["as written", "as sent"])
def test_the_page_judges_as_python_does(tmp_path, shape):
    logic = ROOT / "jejak" / "static" / "quiz.js"
    if shape == "as sent":
        logic = tmp_path / "quiz.js"
        logic.write_text(script("quiz.js", exports=True, package="jejak"), encoding="utf-8")
    numbers, orders = list(number_cases()), list(order_cases())
    node, _ = compute_driver_executable()
    done = subprocess.run(
        [str(node), str(ROOT / "tests" / "js" / "quiz.mjs")], input=json.dumps([numbers, orders]), text=True,
        capture_output=True, check=True, encoding="utf-8", env={**os.environ, "QUIZ": str(logic)}, timeout=60,
    )  # fmt: skip
    placed, broken = json.loads(done.stdout)
    assert placed == [verdicts.place_of(tuple(pairs), text) for pairs, text in numbers]
    assert broken == [verdicts.broken_rule(tuple(pairs), order) for pairs, order in orders]
    assert len(numbers) > 1000 and len(orders) > 100
    assert {type(place) for place in placed} == {int, str} and set(broken) >= {0, 1, 2, 3}


@of(ALL)
def test_every_answer_is_judged_with_its_sentence(question):
    judged = {}
    if isinstance(question, Choice):
        judged = {one.text: verdicts.judge(question, LETTERS[n]) for n, one in enumerate(question.shown)}
        right = question.options[0].text
    elif isinstance(question, Number):
        judged = {str(known.value): verdicts.judge(question, known.value) for known in question.known}
        right = str(question.known[0].value)
    else:
        judged, right = {"right": verdicts.judge(question, question.right)}, "right"
    assert {name: verdict.message for name, verdict in judged.items()}.items() <= sentences(question).items()
    assert [name for name, verdict in judged.items() if verdict.status == "benar"] == [right]


@pytest.mark.parametrize("answer", ["", "z", "ab", None, 3.5, object(), "5"])
def test_what_cannot_be_read_is_not_judged(answer):
    choice = next(iter(CHOICES.values()))
    order = next(iter(ORDERS.values()))
    assert verdicts.judge(choice, answer).status == "belum dikerjakan"
    assert verdicts.judge(order, answer).status == "belum dikerjakan"


@pytest.mark.parametrize("number", [0, 6, -1, "1", None])
def test_a_question_that_is_not_there_is_refused(number):
    with pytest.raises(ValueError, match="punya 5 pertanyaan"):
        kuis("05").jawab(number, "a")


@pytest.mark.parametrize("name", ["5", "17", "campuran 05", "", "ingat 00"])
def test_a_quiz_that_is_not_there_is_refused(name):
    with pytest.raises(ValueError, match="Pilih salah satu dari 00, ingat 01, 01,"):
        kuis(name)


# What it shows


class Reader(HTMLParser):
    """Tags, and the text outside of scripts and styles; what stands in folded answers apart."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.shown, self.folded = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            return
        inside = "details" in self.open and "summary" not in self.open
        (self.folded if inside else self.shown).append(data)


def bare(text):
    return text.replace("`", "")


@pytest.mark.parametrize("name", PLANS)
def test_without_script_everything_can_be_read_and_answers_are_folded(name):
    quiz = kuis(name)
    reader = Reader(quiz._repr_mimebundle_()["text/html"])
    shown, folded = "".join(reader.shown), "".join(reader.folded)
    assert reader.open == []
    for question in quiz.questions:
        assert bare(question.ask) in shown
        for line in (question.lines if isinstance(question, Order) else question.code.splitlines()):
            assert line in shown
        for said in sentences(question).values():
            assert bare(said) in folded and bare(said) not in shown
        if isinstance(question, Choice):
            assert all(bare(option.text) in shown for option in question.options)


@pytest.mark.parametrize("name", PLANS)
def test_one_quiz_is_light_and_asks_nothing_of_the_network(name):
    parts = kuis(name)._repr_mimebundle_()
    assert sum(len(part.encode("utf-8")) for part in parts.values()) <= LARGEST
    reader = Reader(parts["text/html"])
    assert not any("src" in given or "href" in given or "id" in given for _, given in reader.tags)
    assert set(parts) == {"text/html", "text/plain"}


def test_the_same_bytes_in_every_process():
    code = "from jejak import kuis; from jejak.quiz.plan import PLANS;" \
           "print([kuis(name)._repr_mimebundle_() for name in PLANS])"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8",
                       env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1] and len(runs[0]) > 100_000


def test_text_from_outside_is_escaped():
    options = (Option(HOSTILE, HOSTILE + "1"), Option("`x`" + HOSTILE, HOSTILE), Option("c", "d"))
    known = (Known(1, 0, HOSTILE), Known(2, 0, "b"), Known(3, 0, "c"))
    rules = (Rule("b", "a", HOSTILE),)
    html = page(HOSTILE, (
        Choice(HOSTILE, options, code=HOSTILE), Number(HOSTILE, known, HOSTILE, code=HOSTILE),
        Order(HOSTILE, (HOSTILE, "b"), rules, "ba", HOSTILE),
    ))  # fmt: skip
    reader = Reader(html)
    assert "img" not in {tag for tag, _ in reader.tags}
    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert HOSTILE in "".join(reader.shown)


@pytest.mark.parametrize("name", PLANS)
def test_text_shows_questions_and_options_but_no_answer(name):
    quiz = kuis(name)
    text = str(quiz)
    assert text == repr(quiz)
    for question in quiz.questions:
        assert question.ask in text
        assert not any(said in text for said in sentences(question).values())
        if isinstance(question, Choice):
            assert all(f") {option.text}" in text for option in question.options)
    way = re.search(r'kuis\("[^"]+"\)\.jawab\(1, .+\)\.$', text)[0].removesuffix(".")
    assert eval(way, {"kuis": kuis}).status in ("belum tepat", "benar")


# The lessons and the pages of their own


LESSON_TEXTS = find_lessons()


@pytest.mark.parametrize("text", LESSON_TEXTS, ids=[text.stem for text in LESSON_TEXTS])
def test_a_lesson_opens_and_closes_with_its_quiz(text):
    cells, number = read_text(text).cells, text.stem[:2]
    calls = {cell.source.strip(): place for place, cell in enumerate(cells) if cell.source.startswith("kuis(")}
    assert list(calls) == [f'kuis("ingat {number}")', f'kuis("{number}")'][number == "00" :]
    place = calls[f'kuis("{number}")']
    assert re.search(r"^## Uji diri$", cells[place - 1].source, re.MULTILINE)
    assert cells[place + 1].source.startswith("## Ringkasan"), "the summary follows"
    if number != "00":
        place = calls[f'kuis("ingat {number}")']
        assert [cell.cell_type for cell in cells[:place]].count("code") == 1, "right after the imports"
        assert cells[place - 1].source.startswith("## Ingat lagi")


@pytest.mark.parametrize("after", MIXED_AFTER)
def test_a_mixed_quiz_has_a_page_that_names_no_topic(after):
    page_text = ROOT / "notebooks" / f"kuis_{after:02}.md"
    cells = read_text(page_text).cells
    assert [cell.source for cell in cells if cell.cell_type == "code"] == [
        f'from jejak import kuis\n\nkuis("campuran {after:02}")'
    ]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    topics = "gradien|autograd|graf|detach|clip|retain|Hessian|NaN|backward|loss|akumulasi|jaringan"
    assert re.search(topics, re.sub(r"\[[^]]*\]\([^)]*\)", "", prose), re.IGNORECASE) is None
    link = f"(kuis_{after:02}.ipynb)"
    lesson = next(text for text in LESSON_TEXTS if text.stem.startswith(f"{after:02}_"))
    assert link in lesson.read_text(encoding="utf-8")
    assert link in (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert f"(notebooks/kuis_{after:02}.ipynb)" in (ROOT / "README.md").read_text(encoding="utf-8")
