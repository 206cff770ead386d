"""Pertanyaan kuis sebagai data: empat jenis, dibaca dari berkas `.toml` di folder ini."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import permutations
from typing import Any, Literal, NamedTuple

from jejak.compare import room
from jejak.quiz.plan import LESSONS, PLANS, Slot

MORE = "Lebih dalam"  # the part of a lesson that may be skipped, and so may a question on it
VERDICTS = {True: "Benar, ", False: "Salah, "}


class Option(NamedTuple):
    """Satu pilihan dan kalimat yang menjawabnya; `verdict` hanya pada benar–salah."""

    text: str
    say: str
    verdict: bool | None = None


class Choice(NamedTuple):
    """Pilihan ganda, atau benar–salah beserta alasannya; pilihan pertama di `options` yang tepat."""

    ask: str
    options: tuple[Option, ...]
    kind: Literal["pilihan", "alasan"] = "pilihan"
    code: str = ""
    check: str = ""
    more: bool = False

    @property
    def shown(self) -> tuple[Option, ...]:
        """Pilihan menurut urutan tampilnya."""
        return tuple(_shuffled(self.ask, self.options, lambda option: option.text))


class Known(NamedTuple):
    """Satu bilangan yang dikenal, jarak yang masih dianggap sama, dan kalimat yang menjawabnya."""

    value: float
    near: float
    say: str


class Number(NamedTuple):
    """Jawaban satu bilangan: yang tepat di depan `known`, lalu kekeliruan yang dikenal; `other` untuk yang lain."""

    ask: str
    known: tuple[Known, ...]
    other: str
    kind: Literal["angka"] = "angka"
    code: str = ""
    check: str = ""
    more: bool = False


class Rule(NamedTuple):
    """Baris `first` harus mendahului baris `then` (huruf menurut urutan tampil); `say` menjawab yang melanggarnya."""

    first: str
    then: str
    say: str


class Order(NamedTuple):
    """Menyusun baris; urutan mana pun yang memenuhi semua aturan tepat."""

    ask: str
    lines: tuple[str, ...]  # as shown, named a, b, c, …
    rules: tuple[Rule, ...]
    right: str  # one right order, in letters
    say: str
    kind: Literal["urutan"] = "urutan"
    setup: str = ""
    check: str = ""
    more: bool = False


Question = Choice | Number | Order
LETTERS = "abcdefgh"


def _shuffled(seed: str, things: Sequence[Any], name: Any) -> list[Any]:
    """The same order on every machine, and no order that the writer had in mind."""
    return sorted(things, key=lambda thing: hashlib.sha256(f"{name(thing)}\n{seed}".encode()).digest())


def nearness(value: float) -> float:
    """Jarak yang masih dianggap sama: nol untuk bilangan bulat, selain itu seperti pada tebakan.

    >>> nearness(18), round(nearness(0.333), 5)
    (0.0, 0.0005)
    """
    return 0.0 if value == int(value) else room(abs(value))


def _option(about: Mapping[str, Any]) -> Option:
    verdict = about.get("verdict")
    text = about["text"] if verdict is None else VERDICTS[verdict] + about["text"]
    return Option(text, about["say"], verdict)


def _known(about: Mapping[str, Any]) -> Known:
    value = about["value"]
    return Known(value, nearness(value), about["say"])


def _common(about: Mapping[str, Any]) -> dict[str, Any]:
    return {key: about[key] for key in ("code", "setup", "check", "more") if key in about}


def _choice(about: Mapping[str, Any]) -> Choice:
    options = tuple(map(_option, [about["right"], *about["wrong"]]))
    kind: Literal["pilihan", "alasan"] = "pilihan" if options[0].verdict is None else "alasan"
    return Choice(about["ask"], options, kind, **_common(about))


def _number(about: Mapping[str, Any]) -> Number:
    known = tuple(map(_known, [about["right"], *about["wrong"]]))
    return Number(about["ask"], known, about["other"], **_common(about))


def _order(about: Mapping[str, Any]) -> Order:
    written = tuple(about["lines"])
    lines = next(kept for kept in _orders(about["ask"], written) if kept != written)
    letter = {line: LETTERS[place] for place, line in enumerate(lines)}
    rules = tuple(
        Rule(letter[written[rule["first"] - 1]], letter[written[rule["then"] - 1]], rule["say"])
        for rule in about["rules"]
    )
    right = "".join(letter[line] for line in written)
    return Order(about["ask"], lines, rules, right, about["say"], **_common(about))


def _orders(seed: str, lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    return _shuffled(seed, list(permutations(lines)), "\n".join)


def _question(about: Mapping[str, Any]) -> Question:
    if "lines" in about:
        return _order(about)
    return _number(about) if "value" in about["right"] else _choice(about)


class Pools(NamedTuple):
    """Pertanyaan satu pelajaran: yang menutup pelajarannya, dan persediaan untuk diingat lagi sesudahnya."""

    closing: tuple[Question, ...]
    recall: tuple[Question, ...]


@cache
def pools() -> tuple[Pools, ...]:
    """Pertanyaan semua pelajaran, menurut nomornya.

    >>> len(pools())
    17
    """
    folder = files("jejak.quiz")
    tables = (tomllib.loads(folder.joinpath(f"{n:02}.toml").read_text(encoding="utf-8")) for n in range(LESSONS))
    return tuple(
        Pools(tuple(map(_question, table["closing"])), tuple(map(_question, table["recall"]))) for table in tables
    )


def asked(question: Question) -> str:
    """Pertanyaannya, didahului tanda bila ia tentang bagian pelajaran yang boleh dilewati.

    >>> asked(questions_of("08")[0])
    'Berapa turunan kedua x⁴ di x = 2?'
    """
    return f"({MORE}) {question.ask}" if question.more else question.ask


def question_at(slot: Slot) -> Question:
    """Pertanyaan di sebuah tempat."""
    pool: tuple[Question, ...] = getattr(pools()[slot.lesson], slot.pool)
    return pool[slot.place]


def questions_of(name: str) -> tuple[Question, ...]:
    """Pertanyaan sebuah kuis, menurut urutannya.

    >>> len(questions_of("campuran 03"))
    10
    """
    return tuple(map(question_at, PLANS[name].slots))
