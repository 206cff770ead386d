"""Menilai satu jawaban kuis; static/quiz.js menilai dengan aturan yang sama."""

import re

from jejak.quiz.questions import LETTERS, Choice, Number, Order, Question
from jejak.verdict import Verdict

MINUS = re.compile("[\u2212\u2013\u2012]")  # as a phone or a text processor writes it
SPACE = re.compile(r"[ \t\n\u00a0]")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
NOTHING = "Tulis dulu satu bilangan."
NO_NUMBER = "Tulis satu bilangan saja, misalnya 2.5 atau -3."


def judge(question: Question, answer: object) -> Verdict:
    """Menilai `answer`: huruf pilihan, bilangan, atau huruf baris menurut urutannya, sesuai jenis pertanyaannya.

    Galat: tidak ada; jawaban yang tidak terbaca mendapat putusan "belum dikerjakan" dengan cara menulisnya.
    """
    if isinstance(question, Choice):
        return _judge_choice(question, str(answer).strip().lower())
    if isinstance(question, Number):
        return _judge_number(question, str(answer))
    return _judge_order(question, SPACE.sub("", str(answer)).lower())


def _judge_choice(question: Choice, answer: str) -> Verdict:
    letters = LETTERS[: len(question.options)]
    if len(answer) != 1 or answer not in letters:
        return Verdict.not_attempted(f"Jawab dengan satu huruf: {', '.join(letters)}.")
    option = question.shown[letters.index(answer)]
    return Verdict.right(option.say) if option == question.options[0] else Verdict.wrong(option.say)


def _judge_number(question: Number, answer: str) -> Verdict:
    found = place_of(tuple((known.value, known.near) for known in question.known), answer)
    if isinstance(found, str):
        return Verdict.not_attempted(found)
    if found == len(question.known):
        return Verdict.wrong(question.other)
    return Verdict.wrong(question.known[found].say) if found else Verdict.right(question.known[0].say)


def _judge_order(question: Order, answer: str) -> Verdict:
    letters = LETTERS[: len(question.lines)]
    if sorted(answer) != list(letters):
        return Verdict.not_attempted(f"Tulis setiap huruf dari {letters[0]} sampai {letters[-1]} satu kali.")
    broken = broken_rule(tuple((rule.first, rule.then) for rule in question.rules), answer)
    return Verdict.wrong(question.rules[broken - 1].say) if broken else Verdict.right(question.say)


def place_of(known: tuple[tuple[float, float], ...], text: str) -> int | str:
    """Tempat bilangan itu di antara pasangan (nilai, jarak); banyaknya bila tidak ada, teks bila bukan bilangan.

    >>> place_of(((18, 0), (6, 0)), "6.0"), place_of(((18, 0),), "7")
    (1, 1)
    >>> place_of(((24, 0),), "24,0")
    'Pakai titik sebagai koma desimal: 24.0.'
    """
    written = MINUS.sub("-", SPACE.sub("", text))
    if not written:
        return NOTHING
    if COMMA.fullmatch(written):
        return f"Pakai titik sebagai koma desimal: {written.replace(',', '.')}."
    if not NUMBER.fullmatch(written):
        return NO_NUMBER
    number = float(written)
    return next((place for place, (value, near) in enumerate(known) if abs(number - value) <= near), len(known))


def broken_rule(rules: tuple[tuple[str, str], ...], order: str) -> int:
    """Nomor aturan pertama yang dilanggar sebuah urutan, mulai dari 1; nol bila tidak ada.

    >>> broken_rule((("b", "a"), ("a", "c")), "abc"), broken_rule((("b", "a"),), "ba")
    (1, 0)
    """
    broken = (n for n, (first, then) in enumerate(rules, 1) if order.index(first) > order.index(then))
    return next(broken, 0)
