"""Kuis sebagai HTML: terbaca tanpa skrip, dengan jawaban yang dilipat, dan hidup bila skripnya jalan."""

import json
from html import escape
from string import Template

from autograd_viz.assets import read, script
from jejak.box import mark_up
from jejak.quiz.questions import LETTERS, Choice, Number, Order, Question, asked
from jejak.verdict import LOOKS

RIGHT = f"{LOOKS['benar'].mark} Tepat."
WRONG = f"{LOOKS['belum tepat'].mark} Belum."
UNFOLD = "Lihat jawaban"


def page(heading: str, questions: tuple[Question, ...]) -> str:
    """HTML sebuah kuis; semua teksnya aman dari tanda HTML."""
    items = "".join(_item(number, question) for number, question in enumerate(questions, 1))
    life = script("own_root.js", "quiz.js", package="jejak")
    return _fill("quiz.html", heading=mark_up(heading), items=items, style=_style(), script=life)


def _style() -> str:
    return read("quiz.css", "jejak").replace("\n", "")


def _fill(name: str, **parts: str) -> str:
    return Template(read(name, "jejak")).substitute(parts)


def _item(number: int, question: Question) -> str:
    data, body = _parts(question)
    code = "" if isinstance(question, Order) or not question.code else f"<pre>{escape(question.code.strip())}</pre>"
    given = f" data-by='{escape(json.dumps(data, separators=(',', ':')))}'" if data else ""
    return _fill(
        "quiz_item.html", number=str(number), data=given, ask=mark_up(asked(question)), code=code, body=body
    )


def _parts(question: Question) -> tuple[list[tuple[object, object]], str]:
    """What the script judges by, nothing where a fold is an answer, and what stands below the question."""
    if isinstance(question, Choice):
        right = question.options[0]
        folds = [_fold(mark_up(one.text), [_told(one == right, one.say)]) for one in question.shown]
        return [], "".join(folds)
    if isinstance(question, Number):
        return [(one.value, one.near) for one in question.known], _number(question)
    return [(rule.first, rule.then) for rule in question.rules], _order(question)


def _number(question: Number) -> str:
    told = [_told(not place, one.say, f"{one.value:g}") for place, one in enumerate(question.known)]
    return _fold(UNFOLD, [*told, _told(False, question.other)])


def _order(question: Order) -> str:
    lines = "".join(f"<li><code>{escape(line)}</code></li>" for line in question.lines)
    ordered = [question.lines[LETTERS.index(letter)] for letter in question.right]
    told = [_told(True, question.say + "".join(f"\n`{line}`" for line in ordered))]
    told += [_told(False, rule.say) for rule in question.rules]
    return f"<ol>{lines}</ol>" + _fold(UNFOLD, told)


def _told(right: bool, say: str, answer: str = "") -> str:
    shown = f"<b>{answer}.</b> " if answer else ""
    return f"<p>{RIGHT if right else WRONG} {shown}{mark_up(say)}</p>"


def _fold(summary: str, sentences: list[str]) -> str:
    return _fill("quiz_fold.html", summary=summary, sentences="".join(sentences))
